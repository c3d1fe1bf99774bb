using System.Buffers.Binary;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>The relocations (SHT_RELA) of one section of a module, found by binary search.</summary>
internal sealed class Relocations
{
    private const int EntrySize = 24;

    private readonly byte[] _entries;
    private readonly ElfSymbols _symbols;
    private readonly ushort _machine;
    private readonly int _count;

    private Relocations(byte[] entries, ElfSymbols symbols, ushort machine)
    {
        (_entries, _symbols, _machine) = (entries, symbols, machine);
        _count = entries.Length / EntrySize;
        for (var i = 1; i < _count; i++)
            if (OffsetOf(i) < OffsetOf(i - 1))
            {
                Sort();
                break;
            }
    }

    /// <summary>The relocations of a section; null when it has none.</summary>
    /// <exception cref="KernelMagnifierException">The relocations of this machine are not supported.</exception>
    public static Relocations? Of(ElfFile file, ElfSection target, ElfSymbols symbols)
    {
        foreach (var section in file.Sections)
        {
            if (section.Type != ElfSection.Rela || section.Info != target.Index) continue;
            if (file.Machine is not (ElfFile.X64 or ElfFile.Arm64))
                throw new KernelMagnifierException(ErrorCode.DebugInformationUnreadable, file.Path,
                    $"this is a module for a machine (ELF number {file.Machine}) whose relocations are not supported.",
                    "Specify a module for x86-64 or arm64.");
            return new Relocations(file.Load(section), symbols, file.Machine);
        }
        return null;
    }

    /// <summary>The relocated value at an offset of the section.</summary>
    /// <param name="offset">The offset.</param>
    /// <param name="plain">The value in the file, which is returned when no relocation of an address or offset applies.</param>
    /// <param name="size">The size of the value in bytes, 4 or 8.</param>
    public ulong Apply(long offset, ulong plain, int size)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) >> 1);
            if (OffsetOf(middle) < (ulong)offset) low = middle + 1;
            else high = middle;
        }
        if (low == _count || OffsetOf(low) != (ulong)offset) return plain;
        var entry = _entries.AsSpan(low * EntrySize, EntrySize);
        var info = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
        var type = (uint)info;
        // R_X86_64_64, _32, _32S; R_AARCH64_ABS64, _ABS32. Other types do not apply to addresses and offsets.
        var isAbsolute = _machine == ElfFile.X64 ? type is 1 or 10 or 11 : type is 257 or 258;
        if (!isAbsolute) return plain;
        var symbol = (int)(info >> 32);
        if ((uint)symbol >= (uint)_symbols.Count)
            throw new DamagedException($"a relocation refers to symbol {symbol} of {_symbols.Count}");
        var value = _symbols[symbol].Address + BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]);
        return size == 4 ? (uint)value : value;
    }

    private ulong OffsetOf(int index) => BinaryPrimitives.ReadUInt64LittleEndian(_entries.AsSpan(index * EntrySize));

    private void Sort()
    {
        var keys = new ulong[_count];
        var order = new int[_count];
        for (var i = 0; i < _count; i++) (keys[i], order[i]) = (OffsetOf(i), i);
        Array.Sort(keys, order);
        var sorted = new byte[_count * EntrySize];
        for (var i = 0; i < _count; i++) _entries.AsSpan(order[i] * EntrySize, EntrySize).CopyTo(sorted.AsSpan(i * EntrySize));
        sorted.CopyTo(_entries, 0);
    }
}
