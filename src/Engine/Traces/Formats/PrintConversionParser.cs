using System.Buffers.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>Parses printf formats into their conversions.</summary>
/// <remarks>The accepted conversions and the text of an unknown one are those of libtraceevent.</remarks>
internal ref struct PrintConversionParser(ReadOnlySpan<byte> format)
{
    private const int LargestWidth = 4096;

    private readonly ReadOnlySpan<byte> _format = format;
    private int _at;

    /// <summary>Parses a format. The last part has only literal text.</summary>
    public static List<PrintConversion> Parse(ReadOnlySpan<byte> format)
    {
        var parser = new PrintConversionParser(format);
        var parts = new List<PrintConversion>();
        var literal = new List<byte>();
        while (parser.Next(literal) is { } conversion) parts.Add(conversion);
        if (literal.Count > 0) parts.Add(new PrintConversion { Literal = [.. literal] });
        return parts;
    }

    private readonly byte Current => _at < _format.Length ? _format[_at] : (byte)0;

    private PrintConversion? Next(List<byte> literal)
    {
        while (_at < _format.Length)
        {
            var c = _format[_at++];
            if (c == '\\' && _at < _format.Length) literal.Add(Unescape(_format[_at++]));
            else if (c != '%') literal.Add(c);
            else if (Current == '%') literal.Add(_format[_at++]);
            else if (Conversion(literal) is { } conversion) return conversion;
        }
        return null;
    }

    /// <summary>The character that an escape sequence stands for.</summary>
    public static byte Unescape(byte c)
        => c switch { (byte)'n' => (byte)'\n', (byte)'t' => (byte)'\t', (byte)'r' => (byte)'\r', _ => c };

    private PrintConversion? Conversion(List<byte> literal)
    {
        var part = new PrintConversion();
        var isPrecision = false;
        while (_at < _format.Length)
        {
            var c = _format[_at++];
            switch (c)
            {
                case (byte)'#': part = part with { IsAlternate = true }; break;
                case (byte)'-': part = part with { IsLeft = true }; break;
                case (byte)'+': part = part with { HasSign = true }; break;
                case (byte)'h': part = part with { Size = part.Size - 1 }; break;
                case (byte)'l': part = part with { Size = part.Size + 1 }; break;
                case (byte)'L': part = part with { Size = 2 }; break;
                case (byte)'z' or (byte)'Z': part = part with { Size = 1 }; break;
                case (byte)'0' when !isPrecision: part = part with { IsZeroPadded = true }; break;
                case (byte)'.':
                    isPrecision = true;
                    part = part with { Precision = 0 };
                    break;
                case >= (byte)'0' and <= (byte)'9':
                    _at--;
                    var number = Number();
                    part = isPrecision ? part with { Precision = number } : part with { Width = number };
                    break;
                case (byte)'*':
                    part = isPrecision ? part with { HasPrecisionArgument = true } : part with { HasWidthArgument = true };
                    break;
                case (byte)'p': return Take(part with { Type = c, Extension = Extension() }, literal);
                case (byte)'i': return Take(part with { Type = (byte)'d' }, literal);
                case (byte)'c' or (byte)'d' or (byte)'u' or (byte)'x' or (byte)'X' or (byte)'o' or (byte)'s':
                    return Take(part with { Type = c }, literal);
                default:
                    literal.AddRange([(byte)'>', c, (byte)'<']);
                    return null;
            }
        }
        return null;
    }

    private static PrintConversion Take(PrintConversion part, List<byte> literal)
    {
        part = part with { Literal = [.. literal] };
        literal.Clear();
        return part;
    }

    private int Number()
    {
        _ = Utf8Parser.TryParse(_format[_at..], out uint value, out var used);
        if (used == 0)
            while (Current is >= (byte)'0' and <= (byte)'9')
                _at++;
        _at += used;
        return (int)Math.Min(value, LargestWidth);
    }

    /// <summary>The letters after <c>%p</c> that belong to it.</summary>
    private byte[] Extension()
    {
        var from = _at;
        switch (Current)
        {
            case (byte)'F' or (byte)'f' or (byte)'S' or (byte)'s' or (byte)'K' or (byte)'x': _at++; break;
            case (byte)'M' or (byte)'m': SkipAfterFirst("RF"u8, 1); break;
            case (byte)'U': SkipAfterFirst("LlBb"u8, 1); break;
            case (byte)'h': SkipAfterFirst("CDN"u8, 1); break;
            case (byte)'b': SkipAfterFirst("l"u8, 1); break;
            case (byte)'I' or (byte)'i': SkipAddress(); break;
        }
        return _format[from.._at].ToArray();
    }

    private void SkipAddress()
    {
        _at++;
        switch (Current)
        {
            case (byte)'4': SkipAfterFirst("hnlb"u8, 1); break;
            case (byte)'6': SkipAfterFirst("c"u8, 1); break;
            case (byte)'S': SkipAfterFirst("pfschnlb"u8, 5); break;
        }
    }

    private void SkipAfterFirst(ReadOnlySpan<byte> letters, int most)
    {
        _at++;
        for (; most > 0 && Current != 0 && letters.Contains(Current); most--) _at++;
    }
}
