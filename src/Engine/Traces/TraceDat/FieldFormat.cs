using System.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Where a field is in a record, from the recorded kernel's format file.</summary>
/// <param name="Offset">Offset in the record in bytes; -1 when the field does not exist.</param>
/// <param name="Size">Size in bytes; 0 for an array of variable length at the end of the record.</param>
/// <param name="Signed">Whether it is a signed number.</param>
internal readonly record struct FieldFormat(int Offset, int Size, bool Signed)
{
    /// <summary>A field that does not exist.</summary>
    public static readonly FieldFormat None = new(-1, 0, false);

    /// <summary>Whether the format has the field.</summary>
    public bool Exists => Offset >= 0;

    /// <summary>The offset of the first byte after the field.</summary>
    public int End => Offset + Size;

    /// <summary>Whether the field is a number of 1, 2, 4 or 8 bytes.</summary>
    public bool IsNumber => Exists && Size is 1 or 2 or 4 or 8;

    /// <summary>
    /// Parses a line such as <c>field:unsigned long ip;	offset:8;	size:8;	signed:0;</c>
    /// (<c>f_show</c> in <c>kernel/trace/trace_events.c</c>).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out string name, out FieldFormat field)
    {
        (name, field) = ("", None);
        line = line.Trim(" \t\r"u8);
        if (!line.StartsWith("field:"u8)) return false;
        line = line["field:"u8.Length..];
        var end = line.IndexOf((byte)';');
        if (end < 0) return false;
        var declaration = line[..end];
        line = line[(end + 1)..];
        if (declaration.IndexOf((byte)'[') is >= 0 and var bracket) declaration = declaration[..bracket];
        declaration = declaration.TrimEnd((byte)' ');
        name = Encoding.UTF8.GetString(declaration[(declaration.LastIndexOf((byte)' ') + 1)..]);
        if (!TryNumber(line, "offset:"u8, out var offset) || !TryNumber(line, "size:"u8, out var size)) return false;
        // A record is at most one page long.
        if (offset > DatHeader.LargestPage || size > DatHeader.LargestPage) return false;
        field = new FieldFormat(offset, size, TryNumber(line, "signed:"u8, out var signed) && signed != 0);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out int value)
    {
        value = 0;
        var at = line.IndexOf(key);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(line[(at + key.Length)..], out value, out _) && value >= 0;
    }
}
