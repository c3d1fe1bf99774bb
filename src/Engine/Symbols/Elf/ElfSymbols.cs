using System.Buffers.Binary;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>The symbol table of an ELF file: Elf64_Sym entries and their strings.</summary>
internal sealed class ElfSymbols
{
    public const int EntrySize = 24;

    private readonly ElfFile _file;
    private readonly byte[] _entries;
    private readonly byte[] _strings;

    public ElfSymbols(ElfFile file)
    {
        _file = file;
        var table = Array.Find(file.Sections, s => s.Type == 2);
        _entries = table is null ? [] : file.Load(table);
        var strings = table is not null && table.Link < file.Sections.Length ? file.Sections[table.Link] : null;
        _strings = strings is { Type: 3 } ? file.Load(strings) : [];
        Count = _entries.Length / EntrySize;
    }

    public int Count { get; }

    /// <summary>One symbol; its address is where <see cref="ElfFile"/> placed its section.</summary>
    public ElfSymbol this[int index]
    {
        get
        {
            var entry = _entries.AsSpan(index * EntrySize, EntrySize);
            var section = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]);
            var value = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            var inCode = false;
            if (section != 0 && section < _file.Sections.Length)
            {
                var s = _file.Sections[section];
                inCode = s.IsCode;
                if (_file.IsRelocatable) value += s.Address;
            }
            return new ElfSymbol(BinaryPrimitives.ReadUInt32LittleEndian(entry), (byte)(entry[4] & 15), (byte)(entry[4] >> 4), section, inCode, value,
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]));
        }
    }

    /// <summary>A name by its offset; at most 512 bytes, as KSYM_NAME_LEN of the kernel.</summary>
    public ReadOnlySpan<byte> Name(uint offset)
    {
        if (offset >= _strings.Length) return [];
        var rest = _strings.AsSpan((int)offset, Math.Min(_strings.Length - (int)offset, 512));
        var end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }
}
