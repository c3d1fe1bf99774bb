using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Single debug sections: 16-bit lengths of .debug_info, _abbrev, _str, _line, _line_str, _ranges, _rnglists, _addr and
/// _str_offsets, followed by their bytes. The target builds an ELF file around them.
/// </summary>
internal sealed class DwarfTarget() : ElfTarget("dwarf")
{
    public static readonly string[] Sections
        = ["info", "abbrev", "str", "line", "line_str", "ranges", "rnglists", "addr", "str_offsets"];

    public override int Longest => 16 << 10;

    protected override void Read(ReadOnlySpan<byte> input) => base.Read(Wrap(input));

    /// <summary>Makes an input from the debug sections of a file; null if that is not possible.</summary>
    public static byte[]? Unwrap(byte[] elf)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, elf);
            using var file = Symbols.Elf.ElfFile.Open(path);
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

    private static byte[] Wrap(ReadOnlySpan<byte> input)
    {
        var head = Math.Min(input.Length, Sections.Length * 2) & ~1;
        var rest = input[head..];
        // Null, .text, .symtab, .strtab, .shstrtab, then the debug sections.
        var names = "\0.text\0.symtab\0.strtab\0.shstrtab\0"u8.ToArray().ToList();
        List<(int Name, uint Type, ulong Flags, ulong Address, int Offset, int Size, uint Link, ulong Entry)> headers
            = [(0, 0, 0, 0, 0, 0, 0, 0)];
        var body = new List<byte>(new byte[64]);
        var strings = "\0_text\0show\0schedule_it\0"u8.ToArray();
        Add(1, 1, 6, 0xffffffff81000000, new byte[512], 0, 0);
        var symbols = new byte[24 * 4];
        foreach (var (i, name, value) in new[] { (1, 1, 0u), (2, 7, 16u), (3, 12, 64u) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(symbols.AsSpan(i * 24), name);
            symbols[i * 24 + 4] = 0x12;
            BinaryPrimitives.WriteUInt16LittleEndian(symbols.AsSpan(i * 24 + 6), 1);
            BinaryPrimitives.WriteUInt64LittleEndian(symbols.AsSpan(i * 24 + 8), 0xffffffff81000000 + value);
            BinaryPrimitives.WriteUInt64LittleEndian(symbols.AsSpan(i * 24 + 16), 16);
        }
        Add(7, 2, 0, 0, symbols, 3, 24);
        Add(15, 3, 0, 0, strings, 0, 0);
        for (var i = 0; i < head / 2; i++)
        {
            var size = Math.Min(rest.Length, BinaryPrimitives.ReadUInt16LittleEndian(input[(i * 2)..]));
            var name = names.Count;
            names.AddRange(Encoding.ASCII.GetBytes($".debug_{Sections[i]}\0"));
            if (size > 0) Add(name, 1, 0, 0, rest[..size].ToArray(), 0, 0);
            rest = rest[size..];
        }
        Add(23, 3, 0, 0, [.. names], 0, 0);
        var table = body.Count;
        foreach (var h in headers)
        {
            var header = new byte[64];
            BinaryPrimitives.WriteInt32LittleEndian(header, h.Name);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), h.Type);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), h.Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), h.Address);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), h.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), h.Size);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), h.Link);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(56), h.Entry);
            body.AddRange(header);
        }
        var file = body.ToArray();
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 62);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(40), table);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), (ushort)headers.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(62), (ushort)(headers.Count - 1));
        return file;

        void Add(int name, uint type, ulong flags, ulong address, byte[] content, uint link, ulong entry)
        {
            headers.Add((name, type, flags, address, body.Count, content.Length, link, entry));
            body.AddRange(content);
        }
    }
}
