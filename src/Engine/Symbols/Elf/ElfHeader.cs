using System.Buffers.Binary;
using KernelMagnifier.Compression;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>The ELF header (Elf64_Ehdr) of a 64-bit little-endian file with sections.</summary>
/// <param name="Type">e_type.</param>
/// <param name="Machine">e_machine.</param>
/// <param name="SectionTable">e_shoff: the offset of the section headers; inside the file.</param>
/// <param name="SectionCount">e_shnum; 0 when the first section header has the count.</param>
/// <param name="NameSection">e_shstrndx; 0xffff when the first section header has the index.</param>
internal readonly record struct ElfHeader(ushort Type, ushort Machine, long SectionTable, int SectionCount, int NameSection)
{
    public const int Size = 64;

    /// <summary>The number of bytes by which other files are recognized.</summary>
    public const int HeadSize = 1024;

    /// <summary>Parses and checks a header.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="length">The size of the file in bytes.</param>
    /// <param name="head">The first <see cref="HeadSize"/> bytes, zeros past the end of the file.</param>
    /// <exception cref="KernelMagnifierException">The file is not a kernel or module.</exception>
    /// <exception cref="DamagedException">The file is truncated.</exception>
    public static ElfHeader Parse(string path, long length, ReadOnlySpan<byte> head)
    {
        const string Expected = "Specify a kernel's vmlinux or a module (.ko, .debug) with debug information.";
        if (length == 0) throw Foreign("the file is empty.", Expected);
        if (!head.StartsWith("\u007fELF"u8)) throw NotElf(path, head);
        if (head[4] != 2) throw Foreign("this is a 32-bit ELF file; only 64-bit kernels are supported.", Expected);
        if (head[5] != 1) throw Foreign("this is a big-endian ELF file; only little-endian kernels are supported.", Expected);
        if (length < Size) throw new DamagedException($"it is truncated after {length} bytes, within its header");
        var type = BinaryPrimitives.ReadUInt16LittleEndian(head[16..]);
        if (type is not (1 or 2 or 3)) throw Foreign($"this is an ELF file of type {type}, not a kernel or module.", Expected);
        var table = BinaryPrimitives.ReadUInt64LittleEndian(head[40..]);
        if (table == 0) throw Foreign("the file has no sections: it is stripped.", Expected);
        if (BinaryPrimitives.ReadUInt16LittleEndian(head[58..]) != ElfSection.HeaderSize)
            throw new DamagedException($"the size of its section headers is not {ElfSection.HeaderSize}");
        if (table > (ulong)length - ElfSection.HeaderSize)
            throw new DamagedException($"its section headers are at byte {table}, and it ends at byte {length}: it is truncated");
        return new ElfHeader(type, BinaryPrimitives.ReadUInt16LittleEndian(head[18..]), (long)table,
            BinaryPrimitives.ReadUInt16LittleEndian(head[60..]), BinaryPrimitives.ReadUInt16LittleEndian(head[62..]));

        KernelMagnifierException Foreign(string cause, string action)
            => new(ErrorCode.DebugInformationUnreadable, path, cause, action);
    }

    private static KernelMagnifierException NotElf(string path, ReadOnlySpan<byte> head)
    {
        const string Expected = "Specify a kernel's vmlinux with debug information.";
        return ForeignContent.Of(head) is { } foreign
            ? new(ErrorCode.DebugInformationUnreadable, path, foreign.Cause, foreign.Action ?? Expected)
            : new(ErrorCode.DebugInformationUnreadable, path, "this is not an ELF file.", Expected);
    }
}
