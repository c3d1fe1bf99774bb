using System.Buffers.Binary;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>The symbol table of an ELF file: Elf64_Sym entries and their string table.</summary>
internal sealed class ElfSymbols
{
    public const int EntrySize = 24;

    // KSYM_NAME_LEN of the kernel.
    private const int MaxNameLength = 512;

    private readonly ElfFile _file;
    private readonly byte[] _entries;
    private readonly byte[] _strings;

    public ElfSymbols(ElfFile file)
    {
        _file = file;
        var table = Array.Find(file.Sections, s => s.Type == ElfSection.SymbolTable);
        _entries = table is null ? [] : file.Load(table);
        var strings = table is not null && table.Link < file.Sections.Length ? file.Sections[table.Link] : null;
        _strings = strings is { Type: ElfSection.StringTable } ? file.Load(strings) : [];
        Count = _entries.Length / EntrySize;
    }

    public int Count { get; }

    /// <summary>
    /// One symbol. In a module its address includes the address that <see cref="ModuleLayout"/> assigned to its section.
    /// </summary>
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
            var name = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            return new ElfSymbol(name, (byte)(entry[4] & 15), (byte)(entry[4] >> 4), section, inCode, value,
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]));
        }
    }

    /// <summary>The name at an offset of the string table; empty when the offset is outside the table.</summary>
    public ReadOnlySpan<byte> Name(uint offset)
    {
        if (offset >= _strings.Length) return [];
        var rest = _strings.AsSpan((int)offset, Math.Min(_strings.Length - (int)offset, MaxNameLength));
        var end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }
}
