using System.Buffers.Binary;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>One section header (Elf64_Shdr).</summary>
internal sealed class ElfSection
{
    public const int HeaderSize = 64;

    // sh_type.
    public const uint Unused = 0, SymbolTable = 2, StringTable = 3, Rela = 4, Note = 7, NoBits = 8;

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

    /// <summary>
    /// The address in the kernel as linked; in a module, the address that <see cref="ModuleLayout"/> assigns, relative to the
    /// module's base.
    /// </summary>
    public ulong Address { get; set; }

    public long Offset { get; }

    public long Size { get; }

    public uint Link { get; }

    public uint Info { get; }

    public ulong Align { get; }

    /// <summary>Whether the section has content in the file.</summary>
    public bool HasContent => Type is not (NoBits or Unused);

    /// <summary>Whether the kernel frees the section after initialization.</summary>
    public bool IsInit => Name.StartsWith(".init", StringComparison.Ordinal);

    /// <summary>SHF_COMPRESSED.</summary>
    public bool IsCompressed => (Flags & 0x800) != 0;

    /// <summary>The compression of older GNU tools, which the name of the section declares.</summary>
    public bool IsGnuCompressed => Name.StartsWith(".zdebug", StringComparison.Ordinal);

    /// <summary>SHF_ALLOC and SHF_EXECINSTR.</summary>
    public bool IsCode => (Flags & 6) == 6;
}
