using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Traces.Reading;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// A 64-bit little-endian ELF file, read piece by piece (System V ABI, chapters 4 and 5). Nothing is mapped into memory: a file
/// that shrinks or fails under our hands is an error like any other, not a signal that ends the process.
/// </summary>
internal sealed class ElfFile : IDisposable
{
    public const ushort Relocatable = 1;
    public const ushort X64 = 62;
    public const ushort Arm64 = 183;

    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int NoBits = 8;
    private const int Unused = 0;

    private readonly SafeFileHandle _file;
    private long _unpackedBudget;

    private ElfFile(string path, SafeFileHandle file)
    {
        (Path, _file) = (path, file);
        Length = RandomAccess.GetLength(file);
        // Debug information packs 3 to 5 times; what packs better than this is no debug information.
        _unpackedBudget = Math.Min(64L * Length + (64 << 20), 8L << 30);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its size in bytes.</summary>
    public long Length { get; }

    /// <summary>e_type.</summary>
    public ushort Type { get; private set; }

    /// <summary>e_machine.</summary>
    public ushort Machine { get; private set; }

    /// <summary>Whether addresses come from relocations: a kernel module.</summary>
    public bool IsRelocatable => Type == Relocatable;

    /// <summary>All sections by their index.</summary>
    public ElfSection[] Sections { get; private set; } = [];

    /// <summary>The GNU build id in lower-case hexadecimal, or null.</summary>
    public string? BuildId { get; private set; }

    /// <summary>Opens a file and reads its section headers.</summary>
    /// <exception cref="TraceException">It cannot be opened, or is not such a file.</exception>
    public static ElfFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            if (Directory.Exists(path)) throw new TraceException(path, "is a directory. A kernel's vmlinux or a module (.ko, .debug) was expected.");
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var elf = new ElfFile(path, handle);
            elf.ReadHeaders();
            return elf;
        }
        catch (Exception error)
        {
            handle?.Dispose();
            throw error switch
            {
                TraceException => error,
                FileNotFoundException or DirectoryNotFoundException => new TraceException(path, "no such file.", inner: error),
                UnauthorizedAccessException => new TraceException(path, "permission to read it is missing.", inner: error),
                DamagedException => new TraceException(path, $"is damaged: {error.Message}.", inner: error),
                IOException or NotSupportedException => new TraceException(path, $"cannot be read: {error.Message}", inner: error),
                _ => error,
            };
        }
    }

    /// <summary>The first section of that name, or null.</summary>
    public ElfSection? Find(string name)
    {
        foreach (var section in Sections)
            if (section.Name == name && section.Type is not (NoBits or Unused))
                return section;
        return null;
    }

    /// <summary>Fills the buffer from a place in the file.</summary>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var got = RandomAccess.Read(_file, buffer, offset);
            if (got <= 0) throw new DamagedException($"it ends at byte {Length}, and something is said to be at byte {offset}");
            buffer = buffer[got..];
            offset += got;
        }
    }

    /// <summary>The content of a section as it is in the file, unpacked where it is packed.</summary>
    public byte[] Load(ElfSection section)
    {
        if (section.Type is NoBits or Unused) return [];
        if (section.Size > Array.MaxLength) throw new DamagedException($"section {section.Name} has {section.Size} bytes, more than can be read");
        if (!section.IsCompressed && !section.Name.StartsWith(".zdebug", StringComparison.Ordinal))
        {
            var bytes = GC.AllocateUninitializedArray<byte>((int)section.Size);
            ReadAt(section.Offset, bytes);
            return bytes;
        }
        return Unpack(section);
    }

    private byte[] Unpack(ElfSection section)
    {
        var head = new byte[24];
        uint kind;
        ulong size;
        int headSize;
        if (section.IsCompressed)
        {
            // Elf64_Chdr: ch_type, reserved, ch_size, ch_addralign.
            headSize = 24;
            if (section.Size < headSize) throw new DamagedException($"packed section {section.Name} has no header");
            ReadAt(section.Offset, head);
            kind = BinaryPrimitives.ReadUInt32LittleEndian(head);
            size = BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(8));
        }
        else
        {
            // The older way of the GNU tools: "ZLIB" and the size, big-endian.
            headSize = 12;
            if (section.Size < headSize) throw new DamagedException($"packed section {section.Name} has no header");
            ReadAt(section.Offset, head.AsSpan(0, headSize));
            if (!head.AsSpan().StartsWith("ZLIB"u8)) throw new DamagedException($"packed section {section.Name} has no header");
            kind = 1;
            size = BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(4));
        }
        var budget = Interlocked.Read(ref _unpackedBudget);
        if (size > (ulong)Math.Min(budget, Array.MaxLength))
            throw new DamagedException($"packed section {section.Name} claims {size} bytes unpacked, too many for a file of {Length} bytes");
        // The claim is not trusted for an allocation either: the buffer grows with what really comes out.
        using Stream packed = new SectionStream(this, section.Offset + headSize, section.Size - headSize);
        using Stream unpacking = kind switch
        {
            1 => new ZLibStream(packed, CompressionMode.Decompress),
            2 => new ZstdStream(packed),
            _ => throw new DamagedException($"section {section.Name} is packed in a way not known (type {kind})"),
        };
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(size, (ulong)section.Size * 4 + 4096));
        var at = 0;
        try
        {
            while (true)
            {
                var got = unpacking.Read(bytes, at, bytes.Length - at);
                if (got <= 0) break;
                at += got;
                if (at < bytes.Length) continue;
                if ((ulong)at >= size) break;
                Array.Resize(ref bytes, (int)Math.Min(size, (ulong)at * 2));
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new DamagedException($"packed section {section.Name} cannot be unpacked: {error.Message}");
        }
        if ((ulong)at < size) throw new DamagedException($"packed section {section.Name} holds {at} bytes of the {size} it claims");
        Interlocked.Add(ref _unpackedBudget, -at);
        return bytes.Length == at ? bytes : bytes[..at];
    }

    private void ReadHeaders()
    {
        if (Length == 0) throw new TraceException(Path, "the file is empty. A kernel's vmlinux or a module (.ko, .debug) was expected.");
        Span<byte> head = stackalloc byte[HeaderSize];
        head.Clear();
        ReadAt(0, head[..(int)Math.Min(HeaderSize, Length)]);
        if (!head.StartsWith("\u007fELF"u8)) throw new TraceException(Path, DescribeForeign(head));
        if (head[4] != 2) throw new TraceException(Path, "is a 32-bit ELF file; only 64-bit kernels are read.");
        if (head[5] != 1) throw new TraceException(Path, "is a big-endian ELF file; only little-endian kernels are read.");
        if (Length < HeaderSize) throw new DamagedException($"it is cut off after {Length} bytes, within its header");
        Type = BinaryPrimitives.ReadUInt16LittleEndian(head[16..]);
        Machine = BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        if (Type is not (1 or 2 or 3)) throw new TraceException(Path, $"is an ELF file of type {Type}, not a kernel or module.");
        var at = BinaryPrimitives.ReadUInt64LittleEndian(head[40..]);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(head[60..]);
        int names = BinaryPrimitives.ReadUInt16LittleEndian(head[62..]);
        if (at == 0) throw new TraceException(Path, "has no sections (stripped). A vmlinux or module with debug information was expected.");
        if (BinaryPrimitives.ReadUInt16LittleEndian(head[58..]) != SectionHeaderSize) throw new DamagedException("its section headers have a size that is not 64");
        if (at > (ulong)Length - SectionHeaderSize || Length < SectionHeaderSize)
            throw new DamagedException($"its section headers are said to be at byte {at}, and it ends at byte {Length}: it is cut off");
        var first = new byte[SectionHeaderSize];
        ReadAt((long)at, first);
        if (count == 0) count = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(first.AsSpan(32)), long.MaxValue);
        if (names == 0xffff) names = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(first.AsSpan(40)), int.MaxValue);
        if (count > (Length - (long)at) / SectionHeaderSize) throw new DamagedException($"it claims {count} sections and ends before their headers do: it is cut off");
        var table = new byte[count * SectionHeaderSize];
        ReadAt((long)at, table);
        Sections = new ElfSection[count];
        for (var i = 0; i < count; i++) Sections[i] = new ElfSection(i, table.AsSpan(i * SectionHeaderSize, SectionHeaderSize));
        foreach (var section in Sections)
            if (section.Type is not (NoBits or Unused) && (section.Offset < 0 || section.Size < 0 || section.Offset > Length - section.Size))
                throw new DamagedException($"section {section.Index} is said to reach to byte {(ulong)section.Offset + (ulong)section.Size}, and the file ends at byte {Length}: it is cut off");
        if (names < count && Sections[names].Size < 64 << 20)
        {
            var strings = Load(Sections[names]);
            foreach (var section in Sections) section.Name = NameAt(strings, section.NameOffset);
        }
        foreach (var section in Sections) section.IsInit = section.Name.StartsWith(".init", StringComparison.Ordinal);
        if (IsRelocatable) LayOut();
        BuildId = ReadBuildId();
    }

    /// <summary>
    /// Gives the code sections of a module addresses as the kernel's loader does (kernel/module/main.c, layout_sections): core code first,
    /// init code in a place of its own, each section aligned as it asks, in the order of the headers. The base of both is 0 and page-aligned
    /// when loaded, so that an address of a recording and one of ours agree in their lowest 12 bits.
    /// </summary>
    private void LayOut()
    {
        foreach (var init in (ReadOnlySpan<bool>)[false, true])
        {
            // Init code is far from core code, or the two would meet at one address.
            var at = init ? 1UL << 40 : 0;
            foreach (var section in Sections)
            {
                if (!section.IsCode || section.IsInit != init) continue;
                var align = section.Align is > 1 and <= 1 << 20 && ulong.IsPow2(section.Align) ? section.Align : 1;
                at = (at + align - 1) & ~(align - 1);
                section.Address = at;
                at += (ulong)Math.Max(section.Size, 0);
            }
        }
    }

    private string? ReadBuildId()
    {
        foreach (var section in Sections)
        {
            if (section.Type != 7 || section.Size is < 16 or > 1 << 20) continue;
            if (DebugFiles.BuildIdIn(Load(section)) is { } id) return id;
        }
        return null;
    }

    private static string NameAt(byte[] strings, uint offset)
    {
        if (offset >= strings.Length) return "";
        var rest = strings.AsSpan((int)offset, Math.Min(strings.Length - (int)offset, 256));
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static string DescribeForeign(ReadOnlySpan<byte> head)
    {
        const string Wanted = " A kernel's vmlinux with debug information (ELF) was expected";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) || head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) || head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z']))
            return $"is a packed file (gzip, zstd or xz).{Wanted}: unpack it first.";
        if (head.StartsWith("MZ"u8) || head.StartsWith("!<arch>"u8))
            return $"is {(head[0] == 'M' ? "a boot image" : "an archive or Debian package")}, not an ELF file.{Wanted}; distributions ship it in a debug package of its own.";
        return $"is not an ELF file.{Wanted}.";
    }

    public void Dispose() => _file.Dispose();

    private sealed class SectionStream(ElfFile file, long at, long left) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            var n = (int)Math.Min(buffer.Length, left);
            if (n <= 0) return 0;
            file.ReadAt(at, buffer[..n]);
            at += n;
            left -= n;
            return n;
        }
    }
}
