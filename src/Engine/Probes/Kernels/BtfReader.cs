using System.Buffers.Binary;
using System.Text;

namespace KernelMagnifier.Probes.Kernels;

/// <summary>
/// Reads the names of functions from BTF, as include/uapi/linux/btf.h of Linux describes it. The bytes are untrusted: every
/// offset is checked, and the time is in proportion to their number.
/// </summary>
internal static class BtfReader
{
    private const ushort Magic = 0xEB9F;
    private const int HeaderLength = 24, LongestName = 512, MostTypes = 4_000_000, FunctionKind = 12;

    /// <summary>Whether bytes begin as BTF does, in either byte order.</summary>
    public static bool IsBtf(ReadOnlySpan<byte> bytes)
        => bytes.Length >= HeaderLength
            && (BinaryPrimitives.ReadUInt16LittleEndian(bytes) == Magic || BinaryPrimitives.ReadUInt16BigEndian(bytes) == Magic);

    /// <summary>The names of the functions.</summary>
    /// <exception cref="InvalidDataException">The BTF is damaged.</exception>
    public static IReadOnlySet<string> Functions(ReadOnlySpan<byte> bytes)
    {
        if (!IsBtf(bytes)) throw new InvalidDataException("The file is not BTF.");
        var isBig = BinaryPrimitives.ReadUInt16BigEndian(bytes) == Magic;
        var header = Number(bytes, 4, isBig);
        var types = Section(bytes, header, Number(bytes, 8, isBig), Number(bytes, 12, isBig));
        var texts = Section(bytes, header, Number(bytes, 16, isBig), Number(bytes, 20, isBig));
        var functions = new HashSet<string>();
        var at = 0;
        for (var count = 0; at < types.Length; count++)
        {
            if (types.Length - at < 12 || count > MostTypes) throw new InvalidDataException("The BTF ends inside of a type.");
            var info = Number(types, at + 4, isBig);
            var (kind, members) = ((int)(info >> 24) & 0x1F, (int)(info & 0xFFFF));
            if (kind == FunctionKind && Name(texts, Number(types, at, isBig)) is { Length: > 0 } name) functions.Add(name);
            at += 12 + Extra(kind, members);
        }
        return at == types.Length ? functions : throw new InvalidDataException("The BTF ends inside of a type.");
    }

    /// <summary>The bytes that follow a type.</summary>
    private static int Extra(int kind, int members) => kind switch
    {
        1 or 14 or 17 => 4,
        3 => 12,
        4 or 5 or 15 or 19 => 12 * members,
        6 or 13 => 8 * members,
        2 or 7 or 8 or 9 or 10 or 11 or 12 or 16 or 18 => 0,
        _ => throw new InvalidDataException($"The BTF has a type of the unknown kind {kind}."),
    };

    private static uint Number(ReadOnlySpan<byte> bytes, int at, bool isBig)
        => isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> bytes, uint header, uint offset, uint length)
        => header >= HeaderLength && (ulong)header + offset + length <= (ulong)bytes.Length
            ? bytes.Slice((int)(header + offset), (int)length)
            : throw new InvalidDataException("The BTF is cut short.");

    private static string? Name(ReadOnlySpan<byte> texts, uint offset)
    {
        if (offset >= texts.Length) throw new InvalidDataException("A name of the BTF is outside of its texts.");
        var name = texts[(int)offset..];
        var end = name[..Math.Min(name.Length, LongestName)].IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(name[..end]);
    }
}
