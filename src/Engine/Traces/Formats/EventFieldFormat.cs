using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>A field of an event, from its format file.</summary>
/// <param name="Name">The name.</param>
/// <param name="Declaration">The type as C declares it, with the brackets of an array.</param>
/// <param name="Offset">The offset in the record in bytes.</param>
/// <param name="Size">The size in bytes; 0 for an array of variable length at the end of the record.</param>
/// <param name="IsSigned">Whether it is a signed number, or an array of them.</param>
internal sealed record EventFieldFormat(string Name, string Declaration, int Offset, int Size, bool IsSigned)
{
    // A record is at most one page long, and the largest page has 1 MB.
    private const int Largest = 1 << 20;

    /// <summary>Whether it is a number of 1, 2, 4 or 8 bytes in the record itself.</summary>
    public bool IsNumber => Size is 1 or 2 or 4 or 8 && !IsArray && !Declaration.StartsWith("__data_loc", StringComparison.Ordinal)
        && !Declaration.StartsWith("__rel_loc", StringComparison.Ordinal);

    /// <summary>Whether it is an array in the record itself.</summary>
    public bool IsArray => Declaration.Contains('[', StringComparison.Ordinal);

    /// <summary>Parses a line such as <c>field:char prev_comm[16];	offset:8;	size:16;	signed:0;</c>.</summary>
    /// <remarks><c>f_show</c> in <c>kernel/trace/trace_events.c</c>.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> line, out EventFieldFormat field)
    {
        field = null!;
        line = line.Trim(" \t\r"u8);
        if (!line.StartsWith("field:"u8) || line.IndexOf((byte)';') is not (> 6 and var end)) return false;
        var declaration = NameText.Decode(line[6..end]).Trim();
        if (!TryNumber(line, "offset:"u8, out var offset) || !TryNumber(line, "size:"u8, out var size)) return false;
        var bracket = declaration.IndexOf('[', StringComparison.Ordinal);
        var named = (bracket < 0 ? declaration : declaration[..bracket]).TrimEnd();
        var space = named.LastIndexOfAny([' ', '*']);
        var name = named[(space + 1)..];
        // "__data_loc char[] name": the brackets belong to the type.
        if (bracket >= 0 && declaration.IndexOf(']', bracket) is var close && close >= 0 && close + 1 < declaration.Length)
            (name, declaration) = (declaration[(close + 1)..].Trim(), declaration[..(close + 1)]);
        else
            declaration = named[..(space + 1)].TrimEnd() + (bracket < 0 ? "" : declaration[bracket..]);
        _ = TryNumber(line, "signed:"u8, out var signed);
        field = new EventFieldFormat(name, declaration, offset, size, signed != 0);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out int value)
    {
        value = 0;
        var at = line.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(line[(at + key.Length)..], out value, out _) && value is >= 0 and <= Largest;
    }
}
