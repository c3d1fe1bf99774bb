using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The symbols of a copy of <c>/proc/kallsyms</c>: their addresses, ascending, and where their names are in the text. Symbols at
/// one address are in the reverse order of the text.
/// </summary>
/// <remarks>
/// A kernel has 100,000 to 200,000 lines, and a short reading waits for all of them. The kernel writes its own symbols in the
/// order of their addresses, so only those after them (of modules) have to be sorted.
/// </remarks>
internal sealed class KallsymsTable
{
    // "1 T a" and its line break.
    private const int ShortestLine = 6;

    private const int Digits = 16;

    // Both are in one buffer, the addresses first.
    private readonly ReadOnlyMemory<byte> _addresses, _names;

    private KallsymsTable(ReadOnlyMemory<byte> addresses, ReadOnlyMemory<byte> names, int count)
        => (_addresses, _names, Count) = (addresses, names, count);

    /// <summary>The number of symbols.</summary>
    public int Count { get; }

    /// <summary>The address of each symbol.</summary>
    public ReadOnlySpan<ulong> Addresses => MemoryMarshal.Cast<byte, ulong>(_addresses.Span)[..Count];

    /// <summary>The position of each symbol's name in the text.</summary>
    public ReadOnlySpan<int> Names => MemoryMarshal.Cast<byte, int>(_names.Span)[..Count];

    /// <summary>Parses lines of <c>address type name[TAB[module]]</c>. Other lines are skipped.</summary>
    public static KallsymsTable Parse(ReadOnlySpan<byte> text)
    {
        var most = Math.Min(text.Count((byte)'\n'), text.Length / ShortestLine) + 1;
        var buffer = LargeBuffer.Allocate(checked(most * (sizeof(ulong) + sizeof(int))));
        var split = most * sizeof(ulong);
        var addresses = MemoryMarshal.Cast<byte, ulong>(buffer.Span[..split]);
        var names = MemoryMarshal.Cast<byte, int>(buffer.Span[split..]);
        int count = 0, ascending = 0;
        var isAscending = true;
        for (var at = 0; at < text.Length;)
        {
            var length = text[at..].IndexOf((byte)'\n');
            if (length < 0) length = text.Length - at;
            if (TryLine(text.Slice(at, length), out var address, out var name))
            {
                isAscending &= count == 0 || addresses[count - 1] <= address;
                (addresses[count], names[count++]) = (address, at + name);
                if (isAscending) ascending = count;
            }
            at += length + 1;
        }
        if (ascending < count) SortFrom(ascending, addresses[..count], names[..count]);
        ReverseEqual(addresses[..count], names);
        return new KallsymsTable(buffer[..split], buffer[split..], count);
    }

    /// <summary>Sorts what follows an ascending range, and merges both.</summary>
    private static void SortFrom(int ascending, Span<ulong> addresses, Span<int> names)
    {
        addresses[ascending..].Sort(names[ascending..]);
        // The modules of x86-64 are above the kernel: only a few symbols at the end of the range are among those that follow.
        var to = FirstAbove(addresses[ascending], addresses[..ascending]);
        var (earlierAddresses, earlierNames) = (addresses[to..ascending].ToArray(), names[to..ascending].ToArray());
        for (int earlier = 0, later = ascending; earlier < earlierAddresses.Length; to++)
        {
            if (later == addresses.Length || earlierAddresses[earlier] <= addresses[later])
                (addresses[to], names[to]) = (earlierAddresses[earlier], earlierNames[earlier++]);
            else
                (addresses[to], names[to]) = (addresses[later], names[later++]);
        }
    }

    private static int FirstAbove(ulong address, ReadOnlySpan<ulong> ascending)
    {
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ascending[middle] <= address) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static void ReverseEqual(ReadOnlySpan<ulong> addresses, Span<int> names)
    {
        for (int i = 0, end; i < addresses.Length; i = end)
        {
            for (end = i + 1; end < addresses.Length && addresses[end] == addresses[i]; end++) { }
            if (end - i == 1) continue;
            names[i..end].Sort();
            names[i..end].Reverse();
        }
    }

    private static bool TryLine(ReadOnlySpan<byte> line, out ulong address, out int name)
    {
        name = 0;
        var digits = Digits;
        if (line.Length < Digits || !TryDigits(line, out address)) digits = FewDigits(line, out address);
        // address, space, type, space, name
        if (digits == 0 || line.Length < digits + 4 || line[digits] != ' ' || line[digits + 2] != ' ') return false;
        name = digits + 3;
        // Absolute symbols ('A') are per-CPU offsets, not addresses; on Arm, names that start with '$' mark code and data.
        return line[digits + 1] is not ((byte)'A' or (byte)'a') && line[name] is not ((byte)'$' or (byte)' ' or (byte)'\t');
    }

    /// <summary>Parses the 16 digits that every line of a 64-bit kernel starts with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDigits(ReadOnlySpan<byte> line, out ulong address)
    {
        var text = Vector128.Create(line[..Digits]);
        var number = text - Vector128.Create((byte)'0');
        var letter = (text | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
        var isNumber = Vector128.LessThan(number, Vector128.Create((byte)10));
        var isLetter = Vector128.LessThan(letter, Vector128.Create((byte)6));
        var values = Vector128.ConditionalSelect(isNumber, number, letter + Vector128.Create((byte)10)).AsUInt64();
        address = (ulong)Pack(values[0]) << 32 | Pack(values[1]);
        return (isNumber | isLetter) == Vector128<byte>.AllBitsSet;
    }

    /// <summary>Makes a number of eight values of four bits, the highest of which is in the lowest byte.</summary>
    private static uint Pack(ulong values)
    {
        var bytes = ((values << 4) | (values >> 8)) & 0x00FF00FF00FF00FF;
        var words = ((bytes << 8) | (bytes >> 16)) & 0x0000FFFF0000FFFF;
        return (uint)(words << 16) | (uint)(words >> 32);
    }

    private static int FewDigits(ReadOnlySpan<byte> line, out ulong address)
    {
        address = 0;
        var digits = 0;
        for (; digits < line.Length && digits < Digits && char.IsAsciiHexDigit((char)line[digits]); digits++)
            address = (address << 4) | (uint)Value(line[digits]);
        return digits;
    }

    private static int Value(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
