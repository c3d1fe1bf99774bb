using System.Buffers.Binary;
using System.IO.Compression;
using KernelMagnifier.Compression;
using KernelMagnifier.Files;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// Decompresses the sections of one file: SHF_COMPRESSED with zlib or zstd, and <c>.zdebug_*</c> of older GNU tools.
/// </summary>
internal sealed class SectionDecompressor(ElfFile file)
{
    private const uint Zlib = 1, Zstd = 2; // ch_type

    // Debug information compresses 3 to 5 times; content that compresses better than this limit is not debug information.
    private long _budget = Math.Min(64L * file.Length + (64 << 20), 8L << 30);

    /// <summary>The decompressed content of a section.</summary>
    /// <exception cref="DamagedException">The section cannot be decompressed, or is too large.</exception>
    public byte[] Decompress(ElfSection section)
    {
        var (type, size, headerSize) = ReadHeader(section);
        if (size > (ulong)Math.Min(Interlocked.Read(ref _budget), Array.MaxLength))
            throw new DamagedException($"compressed section {section.Name} claims a size of {size} bytes, "
                + $"too many for a file of {file.Length} bytes");
        using Stream compressed = new SectionStream(file, section.Offset + headerSize, section.Size - headerSize);
        using Stream decompressing = type switch
        {
            Zlib => new ZLibStream(compressed, CompressionMode.Decompress),
            Zstd => new ZstdStream(compressed),
            _ => throw new DamagedException($"section {section.Name} has an unknown compression type ({type})"),
        };
        var bytes = Read(decompressing, section, size);
        Interlocked.Add(ref _budget, -bytes.Length);
        return bytes;
    }

    private (uint Type, ulong Size, int HeaderSize) ReadHeader(ElfSection section)
    {
        // Elf64_Chdr: ch_type, reserved, ch_size, ch_addralign. Older GNU tools: "ZLIB" and the size, big-endian.
        var header = new byte[section.IsCompressed ? 24 : 12];
        if (section.Size < header.Length) throw new DamagedException($"compressed section {section.Name} has no header");
        file.ReadAt(section.Offset, header);
        if (section.IsCompressed)
        {
            var type = BinaryPrimitives.ReadUInt32LittleEndian(header);
            return (type, BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(8)), header.Length);
        }
        if (!header.AsSpan().StartsWith("ZLIB"u8)) throw new DamagedException($"compressed section {section.Name} has no header");
        return (Zlib, BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(4)), header.Length);
    }

    /// <summary>
    /// Reads the content. The claimed size is not trusted for the allocation: the buffer grows with the bytes that arrive.
    /// </summary>
    private static byte[] Read(Stream stream, ElfSection section, ulong size)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(size, (ulong)section.Size * 4 + 4096));
        var filled = 0;
        try
        {
            while (true)
            {
                var read = stream.Read(bytes, filled, bytes.Length - filled);
                if (read <= 0) break;
                filled += read;
                if (filled < bytes.Length) continue;
                if ((ulong)filled >= size) break;
                Array.Resize(ref bytes, (int)Math.Min(size, (ulong)filled * 2));
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new DamagedException($"compressed section {section.Name} cannot be decompressed: {error.Message}");
        }
        if ((ulong)filled < size)
            throw new DamagedException($"compressed section {section.Name} holds {filled} bytes of the {size} it claims");
        return bytes.Length == filled ? bytes : bytes[..filled];
    }

    private sealed class SectionStream(ElfFile file, long offset, long left) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, left);
            if (count <= 0) return 0;
            file.ReadAt(offset, buffer[..count]);
            offset += count;
            left -= count;
            return count;
        }
    }
}
