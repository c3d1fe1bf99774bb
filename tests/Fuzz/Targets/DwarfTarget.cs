using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Debug sections: the 16-bit lengths of the sections in <see cref="Sections"/>, then their bytes. The target wraps them in an
/// ELF file.
/// </summary>
internal sealed class DwarfTarget() : ElfTarget("dwarf")
{
    public static readonly string[] Sections
        = ["info", "abbrev", "str", "line", "line_str", "ranges", "rnglists", "addr", "str_offsets"];

    private const ulong TextAddress = 0xffffffff81000000;

    public override int Longest => 16 << 10;

    protected override void Read(ReadOnlySpan<byte> input) => base.Read(Wrap(input));

    /// <summary>The input with the debug sections of an ELF file; null when they do not fit or need relocations.</summary>
    public static byte[]? Unwrap(byte[] elf)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, elf);
            using var file = ElfFile.Open(path);
            var parts = Sections.Select(s => file.Find(".debug_" + s) is { } section ? file.Load(section) : []).ToList();
            if (file.IsRelocatable || parts.Exists(p => p.Length > ushort.MaxValue)) return null;
            var lengths = new byte[parts.Count * 2];
            for (var i = 0; i < parts.Count; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(lengths.AsSpan(i * 2), (ushort)parts[i].Length);
            return [.. lengths, .. parts.SelectMany(p => p)];
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>An ELF file with three symbols in .text and the debug sections of an input.</summary>
    private static byte[] Wrap(ReadOnlySpan<byte> input)
    {
        var lengths = Math.Min(input.Length, Sections.Length * 2) & ~1;
        var rest = input[lengths..];
        var names = new List<byte>("\0.text\0.symtab\0.strtab\0.shstrtab\0"u8.ToArray());
        var headers = new List<byte[]> { new byte[ElfSection.HeaderSize] };
        var body = new List<byte>(new byte[ElfHeader.Size]);
        Add(1, 1, new byte[512], flags: 6, address: TextAddress);
        Add(7, ElfSection.SymbolTable, SymbolTable(), link: 3);
        Add(15, ElfSection.StringTable, "\0_text\0show\0schedule_it\0"u8.ToArray());
        for (var i = 0; i < lengths / 2; i++)
        {
            var size = Math.Min(rest.Length, BinaryPrimitives.ReadUInt16LittleEndian(input[(i * 2)..]));
            var name = names.Count;
            names.AddRange(Encoding.ASCII.GetBytes($".debug_{Sections[i]}\0"));
            if (size > 0) Add(name, 1, rest[..size].ToArray());
            rest = rest[size..];
        }
        Add(23, ElfSection.StringTable, [.. names]);
        byte[] file = [.. body, .. headers.SelectMany(h => h)];
        WriteHeader(file, body.Count, headers.Count);
        return file;

        void Add(int name, uint type, byte[] content, ulong flags = 0, ulong address = 0, uint link = 0)
        {
            var header = new byte[ElfSection.HeaderSize];
            BinaryPrimitives.WriteInt32LittleEndian(header, name);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), type);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), flags);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), address);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), body.Count);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), link);
            headers.Add(header);
            body.AddRange(content);
        }
    }

    /// <summary>A null symbol, then the three names of the string table.</summary>
    private static byte[] SymbolTable()
    {
        var symbols = new byte[ElfSymbols.EntrySize * 4];
        foreach (var (i, name, value) in new[] { (1, 1, 0u), (2, 7, 16u), (3, 12, 64u) })
        {
            var symbol = symbols.AsSpan(i * ElfSymbols.EntrySize);
            BinaryPrimitives.WriteInt32LittleEndian(symbol, name);
            symbol[4] = 0x12; // STB_GLOBAL, STT_FUNC
            BinaryPrimitives.WriteUInt16LittleEndian(symbol[6..], 1);
            BinaryPrimitives.WriteUInt64LittleEndian(symbol[8..], TextAddress + value);
            BinaryPrimitives.WriteUInt64LittleEndian(symbol[16..], 16);
        }
        return symbols;
    }

    private static void WriteHeader(Span<byte> file, int sectionTable, int sectionCount)
    {
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], 2); // ET_EXEC
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], ElfFile.X64);
        BinaryPrimitives.WriteInt64LittleEndian(file[40..], sectionTable);
        BinaryPrimitives.WriteUInt16LittleEndian(file[58..], ElfSection.HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[60..], (ushort)sectionCount);
        BinaryPrimitives.WriteUInt16LittleEndian(file[62..], (ushort)(sectionCount - 1));
    }
}
