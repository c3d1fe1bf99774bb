using System.Text;

namespace KernelMagnifier.Probes.Language;

/// <summary>
/// The bytes of a program, one character for each, so that columns are bytes as bpftrace counts them. <see cref="Decode(int, int)"/> gives
/// the text.
/// </summary>
internal sealed class ProgramText
{
    private readonly List<int> _lines = [0];

    /// <summary>Takes the bytes.</summary>
    public ProgramText(ReadOnlySpan<byte> bytes)
    {
        Source = Encoding.Latin1.GetString(bytes);
        for (var at = 0; at < Source.Length; at++)
            if (Source[at] == '\n')
                _lines.Add(at + 1);
    }

    /// <summary>The bytes as characters.</summary>
    public string Source { get; }

    /// <summary>The character at an offset; NUL at the end.</summary>
    public char this[int at] => at >= 0 && at < Source.Length ? Source[at] : '\0';

    /// <summary>The line and column of a byte, from 1.</summary>
    public ProgramPosition Position(int at)
    {
        var line = _lines.BinarySearch(at);
        if (line < 0) line = ~line - 1;
        return new ProgramPosition(line + 1, at - _lines[line] + 1);
    }

    /// <summary>A piece of the program as text.</summary>
    public string Decode(int start, int end) => Decode(Source[Math.Min(start, Source.Length)..Math.Min(end, Source.Length)]);

    /// <summary>Characters of bytes as text; bytes that are not UTF-8 become U+FFFD.</summary>
    public static string Decode(string bytes)
        => Ascii.IsValid(bytes) ? bytes : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}
