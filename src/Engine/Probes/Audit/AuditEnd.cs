using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace KernelMagnifier.Probes.Audit;

/// <summary>The last record of a log, which the next one names.</summary>
/// <param name="Sequence">Its number; 0 if there is none.</param>
/// <param name="Sum">Its SHA-256, in hexadecimal digits; zeros if there is none.</param>
internal readonly record struct AuditEnd(long Sequence, string Sum)
{
    /// <summary>Digits of a SHA-256.</summary>
    public const int SumLength = 64;

    /// <summary>The most bytes of the file beside a log that has its end.</summary>
    public const int LongestFile = 128;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Before the first record.</summary>
    public static readonly AuditEnd None = new(0, new string('0', SumLength));

    /// <summary>The file beside a log that has its end.</summary>
    public static string FileOf(string log) => log + ".tip";

    /// <summary>Parses the content of that file; <see cref="None"/> if it is not one.</summary>
    public static AuditEnd Parse(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd((byte)'\n');
        if (!Utf8Parser.TryParse(text, out long sequence, out var digits) || sequence < 0
            || text.Length != digits + 1 + SumLength || text[digits] != ' ')
            return None;
        var sum = text[(digits + 1)..];
        return sum.ContainsAnyExcept(Digits) ? None : new AuditEnd(sequence, Encoding.ASCII.GetString(sum));
    }
}
