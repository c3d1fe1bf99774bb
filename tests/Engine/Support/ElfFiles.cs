using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Writes ELF files with any sections.</summary>
internal static class ElfFiles
{
    /// <summary>An x86-64 executable whose section 1, .text, starts at 0 and has no content.</summary>
    /// <param name="textSize">The size of .text.</param>
    /// <param name="sections">Names without the dot, and content. The symbol table comes before its string table.</param>
    public static byte[] Of(ulong textSize, params IReadOnlyList<(string Name, byte[] Content)> sections)
    {
        var names = new List<byte>([0]);
        var headers = new List<byte[]> { new byte[ElfSection.HeaderSize] };
        var body = new List<byte>(new byte[ElfHeader.Size]);
        Add("text", 8, [], flags: 6); // SHT_NOBITS, SHF_ALLOC, SHF_EXECINSTR
        BinaryPrimitives.WriteUInt64LittleEndian(headers[1].AsSpan(32), textSize);
        foreach (var (name, content) in sections)
            Add(name, name switch { "symtab" => ElfSection.SymbolTable, "strtab" => ElfSection.StringTable, _ => 1 }, content);
        Add("shstrtab", ElfSection.StringTable, []);
        BinaryPrimitives.WriteInt64LittleEndian(headers[^1].AsSpan(32), names.Count);
        body.AddRange(names);
        byte[] file = [.. body, .. headers.SelectMany(h => h)];
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 2); // ET_EXEC
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), ElfFile.X64);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(40), body.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), ElfSection.HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), (ushort)headers.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(62), (ushort)(headers.Count - 1));
        return file;

        void Add(string name, uint type, byte[] content, ulong flags = 0)
        {
            var header = new byte[ElfSection.HeaderSize];
            BinaryPrimitives.WriteInt32LittleEndian(header, names.Count);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), type);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), flags);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), body.Count);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), content.Length);
            if (type == ElfSection.SymbolTable) BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), headers.Count + 1);
            names.AddRange(Encoding.ASCII.GetBytes($".{name}\0"));
            headers.Add(header);
            body.AddRange(content);
        }
    }
}
