using System.Buffers.Text;
using System.Security.Cryptography;

namespace KernelMagnifier.Probes.Audit;

/// <summary>
/// The parts of a line that make the chain. They are at fixed places, so that a log is verified without parsing its JSON:
/// <c>{"seq":N,"prev":"SHA-256",…,"sum":"SHA-256"}</c>. The sum is that of all bytes before <c>,"sum"</c>.
/// </summary>
internal readonly ref struct AuditLine
{
    /// <summary>The longest line, in bytes. The writer shortens texts to stay below it.</summary>
    public const int Longest = 256 * 1024;

    private static ReadOnlySpan<byte> Start => "{\"seq\":"u8;

    private static ReadOnlySpan<byte> Before => ",\"prev\":\""u8;

    private static ReadOnlySpan<byte> SumStart => ",\"sum\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    private AuditLine(long sequence, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> sum, ReadOnlySpan<byte> content)
    {
        Sequence = sequence;
        Previous = previous;
        Sum = sum;
        Content = content;
    }

    /// <summary>The number of the record.</summary>
    public long Sequence { get; }

    /// <summary>The sum of the record before it, in digits.</summary>
    public ReadOnlySpan<byte> Previous { get; }

    /// <summary>The sum that the line states, in digits.</summary>
    public ReadOnlySpan<byte> Sum { get; }

    /// <summary>What the sum is of.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Whether the line is as it was written.</summary>
    public bool IsIntact
    {
        get
        {
            Span<byte> digits = stackalloc byte[AuditEnd.SumLength];
            SumOf(Content, digits);
            return digits.SequenceEqual(Sum);
        }
    }

    /// <summary>Finds the parts of a line without its end; false if it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out AuditLine parsed)
    {
        parsed = default;
        var tail = SumStart.Length + AuditEnd.SumLength + End.Length;
        if (line.Length <= tail || !line.StartsWith(Start) || !line.EndsWith(End)) return false;
        var content = line[..^tail];
        var sum = line[content.Length..];
        if (!sum.StartsWith(SumStart)) return false;
        sum = sum.Slice(SumStart.Length, AuditEnd.SumLength);
        var rest = content[Start.Length..];
        if (rest.Length == 0 || rest[0] is < (byte)'1' or > (byte)'9') return false;
        if (!Utf8Parser.TryParse(rest, out long sequence, out var digits) || !rest[digits..].StartsWith(Before)) return false;
        rest = rest[(digits + Before.Length)..];
        if (rest.Length <= AuditEnd.SumLength || rest[AuditEnd.SumLength] != '"') return false;
        parsed = new AuditLine(sequence, rest[..AuditEnd.SumLength], sum, content);
        return true;
    }

    /// <summary>Writes the SHA-256 of bytes in digits.</summary>
    public static void SumOf(ReadOnlySpan<byte> content, Span<byte> digits)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        Convert.TryToHexStringLower(hash, digits, out _);
    }
}
