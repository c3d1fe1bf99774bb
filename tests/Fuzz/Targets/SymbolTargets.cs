using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Fuzzing;

/// <summary>Symbol map files.</summary>
internal sealed class SymbolMapTarget() : FuzzTarget("symbol-map")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var map = SymbolMap.Load(Scratch.Mine.With(input));
        Promise(map.Rows.Count + map.MalformedLines <= Lines.Count(input).All || input.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || input.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5]),
            $"{map.Rows.Count} rows and {map.MalformedLines} others of {Lines.Count(input).All} lines");
        foreach (var row in map.Rows.Take(100))
        {
            Promise(row.Function.Length > 0 && row.SourceFile.Length > 0, $"an empty row");
            // What is said to be inlined everywhere can have no place, unless another row of that name has.
            _ = map.Resolve(row.Function, row.Module, row.Address);
        }
        if (Draw(input) % 8 != 0) return;
        using var written = new MemoryStream();
        map.Write(written);
        var again = SymbolMap.Load(Scratch.Mine.With(written.ToArray()));
        Promise(again.MalformedLines == 0 && again.Rows.Count == map.Rows.Count, $"{map.Rows.Count} rows were written, {again.Rows.Count} and {again.MalformedLines} others read");
        using var rewritten = new MemoryStream();
        again.Write(rewritten);
        var (one, two) = (Encoding.UTF8.GetString(written.ToArray()).Split('\n'), Encoding.UTF8.GetString(rewritten.ToArray()).Split('\n'));
        for (var i = 0; i < one.Length; i++) Promise(i < two.Length && one[i] == two[i], $"a map that was written, read and written is another: '{one[i]}' and '{two[Math.Min(i, two.Length - 1)]}'");
    }
}

/// <summary>The block of bytes that the symbol cache keeps. Its checksum is made right, or nothing else of it would be tried.</summary>
internal sealed class SymbolCacheTarget() : FuzzTarget("symbol-cache")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var image = input.ToArray();
        _ = SymbolTable.Open(image);
        if (image.Length < SymbolTable.HeaderSize) return;
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), SymbolTable.Checksum(image.AsSpan(16)));
        if (SymbolTable.Open(image) is not { } table) return;
        Promise(table.Count * (long)SymbolTable.RecordSize <= image.Length, $"{table.Count} rows in {image.Length} bytes");
        for (var i = 0; i < table.Count; i++)
        {
            var row = table.Row(i);
            var (first, end) = table.Find(Encoding.UTF8.GetBytes(row.Function));
            Promise(first >= 0 && end <= table.Count, $"rows {first} to {end} of {table.Count}");
            if (i == 64) break;
        }
        var map = new SymbolMap(table);
        _ = map.Resolve("show", null, 0xffffffff81000000);
        _ = map.Rows.Count;
    }
}

/// <summary>Kernels and modules with debug information.</summary>
internal class ElfTarget(string name) : FuzzTarget(name)
{
    private static readonly SymbolMapOptions Options = new() { NoCache = true, Threads = 1, DebugRoots = [] };

    public ElfTarget() : this("elf") { }

    public override int Longest => 64 << 10;

    protected override long MemoryPerByte => 16_384;

    protected override long StepsPerByte => 8192;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var map = SymbolMap.OfImage(Scratch.Mine.With(input), Options);
        foreach (var row in map.Rows.Take(20))
        {
            Promise(row.Function.Length > 0, $"a function without a name");
            _ = map.Resolve(row.Function, row.Module, row.Address);
        }
    }
}

/// <summary>Debug sections alone: 16-bit lengths of .debug_info, _abbrev, _str, _line, _line_str, _ranges, _rnglists, _addr, _str_offsets, then their bytes. The ELF file around them is made.</summary>
internal sealed class DwarfTarget() : ElfTarget("dwarf")
{
    public static readonly string[] Sections = ["info", "abbrev", "str", "line", "line_str", "ranges", "rnglists", "addr", "str_offsets"];

    public override int Longest => 16 << 10;

    protected override void Read(ReadOnlySpan<byte> input) => base.Read(Wrap(input));

    /// <summary>Takes the debug sections of a file apart into an input.</summary>
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
            for (var i = 0; i < parts.Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(lengths.AsSpan(i * 2), (ushort)parts[i].Length);
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
        var headers = new List<(int Name, uint Type, ulong Flags, ulong Address, int Offset, int Size, uint Link, ulong Entry)> { (0, 0, 0, 0, 0, 0, 0, 0) };
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
