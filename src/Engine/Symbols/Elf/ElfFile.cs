using System.Buffers.Binary;
using KernelMagnifier.Files;
using KernelMagnifier.Text;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// A 64-bit little-endian ELF file (System V ABI, chapters 4 and 5), read with pread. It is not mapped into memory: a file that
/// shrinks or fails during the reading is an ordinary error, not a signal that ends the process.
/// </summary>
internal sealed class ElfFile : IDisposable
{
    public const ushort Relocatable = 1; // ET_REL
    public const ushort X64 = 62; // EM_X86_64
    public const ushort Arm64 = 183; // EM_AARCH64

    private const int MaxNameTable = 64 << 20;

    private readonly SafeFileHandle _file;
    private readonly SectionDecompressor _decompressor;

    private ElfFile(string path, SafeFileHandle file)
    {
        (Path, _file) = (path, file);
        Length = RandomAccess.GetLength(file);
        _decompressor = new SectionDecompressor(this);
    }

    /// <summary>The path that the file was opened with.</summary>
    public string Path { get; }

    /// <summary>The size of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>e_type.</summary>
    public ushort Type { get; private set; }

    /// <summary>e_machine.</summary>
    public ushort Machine { get; private set; }

    /// <summary>Whether addresses come from relocations: a kernel module.</summary>
    public bool IsRelocatable => Type == Relocatable;

    /// <summary>All sections by their index.</summary>
    public ElfSection[] Sections { get; private set; } = [];

    /// <summary>The GNU build id in lower-case hexadecimal; null when the file has none.</summary>
    public string? BuildId { get; private set; }

    /// <summary>Whether the file has the section <c>.debug_info</c>.</summary>
    public bool HasDebugInformation => Find(".debug_info") is not null || Find(".zdebug_info") is not null;

    /// <summary>Opens a file and reads its section headers.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be opened, or is not a kernel or module.</exception>
    public static ElfFile Open(string path)
    {
        if (path.Length == 0)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null, "The path of a debug file is empty.",
                "Specify a kernel's vmlinux or a module (.ko, .debug).");
        if (Directory.Exists(path))
            throw new KernelMagnifierException(ErrorCode.DebugInformationUnreadable, path, "this is a directory.",
                "Specify a kernel's vmlinux or a module (.ko, .debug).");
        SafeFileHandle? handle = null;
        try
        {
            handle = InputHandle.OpenRegular(path);
            var elf = new ElfFile(path, handle);
            elf.ReadHeaders();
            return elf;
        }
        catch (Exception error)
        {
            handle?.Dispose();
            throw error switch
            {
                DamagedException => DebugFileError.Damaged(path, error),
                IOException or UnauthorizedAccessException or NotSupportedException => DebugFileError.Unreadable(path, error),
                _ => error,
            };
        }
    }

    /// <summary>The first section of that name that has content; null when there is none.</summary>
    public ElfSection? Find(string name)
    {
        foreach (var section in Sections)
            if (section.Name == name && section.HasContent)
                return section;
        return null;
    }

    /// <summary>Fills the buffer from an offset of the file.</summary>
    /// <exception cref="DamagedException">The file ends before.</exception>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(_file, buffer, offset);
            if (read <= 0) throw new DamagedException($"it ends at byte {Length}, and content is expected at byte {offset}");
            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <summary>The content of a section, decompressed.</summary>
    /// <exception cref="DamagedException">The section is too large, or cannot be decompressed.</exception>
    public byte[] Load(ElfSection section)
    {
        if (!section.HasContent) return [];
        if (section.Size > Array.MaxLength)
            throw new DamagedException($"section {section.Name} has {section.Size} bytes, more than can be read");
        if (section.IsCompressed || section.IsGnuCompressed) return _decompressor.Decompress(section);
        var bytes = GC.AllocateUninitializedArray<byte>((int)section.Size);
        ReadAt(section.Offset, bytes);
        return bytes;
    }

    public void Dispose() => _file.Dispose();

    private void ReadHeaders()
    {
        Span<byte> head = stackalloc byte[ElfHeader.HeadSize];
        head.Clear();
        ReadAt(0, head[..(int)Math.Min(ElfHeader.HeadSize, Length)]);
        var header = ElfHeader.Parse(Path, Length, head);
        (Type, Machine) = (header.Type, header.Machine);
        ReadSections(header);
        if (IsRelocatable) ModuleLayout.Apply(Sections);
        BuildId = ReadBuildId();
    }

    private void ReadSections(ElfHeader header)
    {
        var (start, count, names) = (header.SectionTable, (long)header.SectionCount, (long)header.NameSection);
        var first = new byte[ElfSection.HeaderSize];
        ReadAt(start, first);
        if (count == 0) count = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(first.AsSpan(32)), long.MaxValue);
        if (names == 0xffff) names = BinaryPrimitives.ReadUInt32LittleEndian(first.AsSpan(40));
        if (count > (Length - start) / ElfSection.HeaderSize)
            throw new DamagedException($"it claims {count} sections and ends before their headers do: it is truncated");
        var table = new byte[count * ElfSection.HeaderSize];
        ReadAt(start, table);
        Sections = new ElfSection[count];
        for (var i = 0; i < count; i++)
            Sections[i] = new ElfSection(i, table.AsSpan(i * ElfSection.HeaderSize, ElfSection.HeaderSize));
        foreach (var section in Sections)
            if (section.HasContent && (section.Offset < 0 || section.Size < 0 || section.Offset > Length - section.Size))
                throw new DamagedException($"section {section.Index} ends at byte {(ulong)section.Offset + (ulong)section.Size}, "
                    + $"and the file ends at byte {Length}: it is truncated");
        if (names >= count || Sections[names].Size >= MaxNameTable) return;
        var strings = Load(Sections[names]);
        foreach (var section in Sections) section.Name = NameAt(strings, section.NameOffset);
    }

    private string? ReadBuildId()
    {
        foreach (var section in Sections)
            if (section.Type == ElfSection.Note && section.Size is >= 16 and <= 1 << 20
                && ElfNotes.BuildId(Load(section)) is { } id)
                return id;
        return null;
    }

    private static string NameAt(byte[] strings, uint offset)
    {
        if (offset >= strings.Length) return "";
        var rest = strings.AsSpan((int)offset, Math.Min(strings.Length - (int)offset, 256));
        var end = rest.IndexOf((byte)0);
        return NameText.Decode(end < 0 ? rest : rest[..end]);
    }
}
