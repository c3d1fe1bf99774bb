using System.Buffers.Binary;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>One section header (Elf64_Shdr).</summary>
internal sealed class ElfSection
{
    public ElfSection(int index, ReadOnlySpan<byte> header)
    {
        Index = index;
        NameOffset = BinaryPrimitives.ReadUInt32LittleEndian(header);
        Type = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        Flags = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        Address = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        Offset = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        Size = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        Link = BinaryPrimitives.ReadUInt32LittleEndian(header[40..]);
        Info = BinaryPrimitives.ReadUInt32LittleEndian(header[44..]);
        Align = BinaryPrimitives.ReadUInt64LittleEndian(header[48..]);
    }

    public int Index { get; }

    public uint NameOffset { get; }

    public string Name { get; set; } = "";

    public uint Type { get; }

    public ulong Flags { get; }

    /// <summary>Where it is in the kernel as linked; for a module, where the loader's rules put it relative to its base.</summary>
    public ulong Address { get; set; }

    public long Offset { get; }

    public long Size { get; }

    public uint Link { get; }

    public uint Info { get; }

    public ulong Align { get; }

    public bool IsInit { get; set; }

    /// <summary>SHF_COMPRESSED.</summary>
    public bool IsCompressed => (Flags & 0x800) != 0;

    /// <summary>SHF_ALLOC and SHF_EXECINSTR.</summary>
    public bool IsCode => (Flags & 6) == 6;
}
