using System.Globalization;
using System.Text;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// The format of printf, turned around: finds the values in a printed line. A name in it can contain anything, so a line is
/// divided only if there is one way to do it.
/// </summary>
internal sealed class LineFormat
{
    // Longer lines and formats of more parts are not divided, so that the work per line is bounded.
    private const int LongestLine = 1 << 16, MostElements = 64, LargestTable = 1 << 20;

    private readonly LineElement[] _elements;
    private byte[] _ways = [];

    private LineFormat(LineElement[] elements) => _elements = elements;

    /// <summary>The number of values.</summary>
    public int Values => _elements.Count(element => element.Conversion != '\0');

    /// <summary>The conversions, in their order.</summary>
    public IEnumerable<LineElement> Conversions => _elements.Where(element => element.Conversion != '\0');

    /// <summary>Reads a format as it is in a program, with its escapes; null if it is none.</summary>
    public static LineFormat? Parse(string format)
    {
        var elements = new List<LineElement>();
        var literal = new StringBuilder();
        for (var at = 0; at < format.Length;)
        {
            if (format[at] == '\\') at = Escape(format, at, literal);
            else if (format[at] != '%') literal.Append(format[at++]);
            else if (at + 1 < format.Length && format[at + 1] == '%')
            {
                literal.Append('%');
                at += 2;
            }
            else
            {
                if (Conversion(format, ref at) is not { } conversion || elements.Count >= MostElements) return null;
                if (literal.Length > 0) elements.Add(new('\0', literal.ToString(), 0, false));
                literal.Clear();
                elements.Add(conversion);
            }
        }
        if (literal.Length > 0) elements.Add(new('\0', literal.ToString(), 0, false));
        return elements.Count == 0 ? null : new LineFormat([.. elements]);
    }

    /// <summary>The values in a line, without the blanks that fill their widths; null if there is no single way.</summary>
    /// <param name="text">The line with its end.</param>
    /// <param name="isAmbiguous">Whether there are several ways, or too many to look at.</param>
    public string[]? Match(string text, out bool isAmbiguous)
    {
        var size = (_elements.Length + 1) * (text.Length + 1);
        isAmbiguous = text.Length > LongestLine || size > LargestTable;
        if (isAmbiguous) return null;
        if (_ways.Length < size) _ways = new byte[size];
        var ways = _ways.AsSpan(0, size);
        Count(text, ways);
        isAmbiguous = ways[0] > 1;
        return ways[0] == 1 ? Divide(text, ways) : null;
    }

    /// <summary>In how many ways, up to two, the elements from one on match the rest of a text.</summary>
    private void Count(ReadOnlySpan<char> text, Span<byte> ways)
    {
        var row = text.Length + 1;
        ways.Clear();
        ways[(_elements.Length * row) + text.Length] = 1;
        for (var element = _elements.Length - 1; element >= 0; element--)
        {
            var to = ways.Slice(element * row, row);
            var from = ways.Slice((element + 1) * row, row);
            if (_elements[element].IsText) CountText(from, to, _elements[element].Width);
            else
                for (var start = text.Length; start >= 0; start--)
                    for (var end = _elements[element].NextEnd(text, start, start); end >= 0 && to[start] < 2;
                        end = _elements[element].NextEnd(text, start, end))
                        to[start] = (byte)Math.Min(2, to[start] + from[end]);
        }
    }

    /// <summary>A text can end at each place from its width on, so that its ways are the sum of those from there on.</summary>
    private static void CountText(ReadOnlySpan<byte> from, Span<byte> to, int width)
    {
        var sum = 0;
        for (var end = from.Length - 1; end >= width; end--)
        {
            sum = Math.Min(2, sum + from[end]);
            to[end - width] = (byte)sum;
        }
    }

    private string[] Divide(ReadOnlySpan<char> text, ReadOnlySpan<byte> ways)
    {
        var row = text.Length + 1;
        var values = new List<string>();
        var start = 0;
        for (var element = 0; element < _elements.Length; element++)
        {
            var one = _elements[element];
            var next = ways.Slice((element + 1) * row, row);
            var end = one.IsText ? start + one.Width : one.NextEnd(text, start, start);
            while (next[end] == 0) end = one.IsText ? end + 1 : one.NextEnd(text, start, end);
            if (one.Conversion != '\0') values.Add(one.Trim(text[start..end]).ToString());
            start = end;
        }
        return [.. values];
    }

    private static LineElement? Conversion(string format, ref int at)
    {
        var start = ++at;
        while (at < format.Length && "-+ #0".Contains(format[at], StringComparison.Ordinal)) at++;
        var isLeft = format.AsSpan(start, at - start).Contains('-');
        var digits = at;
        while (at < format.Length && char.IsAsciiDigit(format[at])) at++;
        var width = 0;
        if (at > digits && (!int.TryParse(format.AsSpan(digits, at - digits), CultureInfo.InvariantCulture, out width)
            || width > 1024))
            return null;
        while (at < format.Length && (char.IsAsciiDigit(format[at]) || format[at] == '.')) at++;
        while (at < format.Length && "hlLjzt".Contains(format[at], StringComparison.Ordinal)) at++;
        if (at == format.Length || !"duxXiscprobB".Contains(format[at], StringComparison.Ordinal)) return null;
        return new LineElement(format[at++], "", width, isLeft);
    }

    private static int Escape(string format, int at, StringBuilder literal)
    {
        if (at + 1 == format.Length)
        {
            literal.Append('\\');
            return at + 1;
        }
        var c = format[at + 1];
        if (c is >= '0' and <= '7')
        {
            var (end, value) = (at + 1, 0);
            for (; end < format.Length && end < at + 4
                && format[end] is >= '0' and <= '7'; end++) value = (value * 8) + format[end] - '0';
            literal.Append((char)(value & 0xFF));
            return end;
        }
        if (c == 'x' && at + 3 < format.Length
            && byte.TryParse(format.AsSpan(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
        {
            literal.Append((char)hex);
            return at + 4;
        }
        literal.Append(c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v',
            _ => c });
        return at + 2;
    }
}
