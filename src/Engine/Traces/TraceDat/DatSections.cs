using System.Buffers.Binary;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The sections of a version 7 file: finds them, checks their sizes and decompresses them.</summary>
/// <remarks>"FORMAT OF THE SECTION HEADER" and "COMPRESSION FORMAT OF THE FILE SECTIONS" of trace-cmd.dat.v7(5).</remarks>
internal sealed class DatSections(DatFile file, DatHeader header)
{
    /// <summary>The size of a section header in bytes.</summary>
    public const int HeaderLength = 16;

    private const int CompressedFlag = 1;

    // The compressed and the decompressed size, before compressed contents.
    private const int SizesLength = 2 * sizeof(uint);

    // The event formats of a large kernel have a few MB, its kallsyms about 20 MB.
    private const int LargestSection = 128 << 20;

    // A larger one is not one of a kernel.
    private const int LargestInMemory = 32 << 20;

    // Sections may be read more than once, or overlap. Only a hostile file exceeds this number of bytes.
    private long _budget = Math.Min(64 * file.Length, long.MaxValue / 2) + (1 << 20);

    /// <summary>A section header.</summary>
    /// <param name="Id">The section id.</param>
    /// <param name="IsCompressed">Whether the contents are compressed.</param>
    /// <param name="Start">The offset of the contents in the file.</param>
    /// <param name="Size">The size of the contents in the file, in bytes.</param>
    internal readonly record struct Section(int Id, bool IsCompressed, long Start, long Size)
    {
        /// <summary>The offset of the section header in the file.</summary>
        public long HeaderOffset => Start - HeaderLength;
    }

    /// <summary>Reads the header of a section.</summary>
    public Section ReadHeader(long offset)
    {
        if (offset < header.End || offset > file.Length - HeaderLength)
            throw new DatDamage("the offset of a section is outside the file", offset);
        var cursor = new DatCursor(file, offset, offset + HeaderLength, header.BigEndian);
        var (id, flags, _, size) = (cursor.UInt16(), cursor.UInt16(), cursor.UInt32(), cursor.UInt64());
        return new Section(id, (flags & CompressedFlag) != 0, offset + HeaderLength, (long)Math.Min(size, long.MaxValue / 2));
    }

    /// <summary>The decompressed contents of a section.</summary>
    /// <param name="offset">The offset of the section header.</param>
    /// <param name="id">The id that the section must have.</param>
    public DatCursor Open(long offset, int id)
    {
        var section = ReadHeader(offset);
        if (section.Id != id) throw new DatDamage($"expected a section with id {id}, but found id {section.Id}", offset);
        var end = section.Start + section.Size;
        // Options sections can be many.
        if (!section.IsCompressed && id != DatOptions.Done) return Uncompressed(section.Start, end);
        if (!section.IsCompressed) return new DatCursor(file, section.Start, end, header.BigEndian);
        var cursor = new DatCursor(file, section.Start, end, header.BigEndian, window: SizesLength);
        var (compressedSize, size) = (cursor.UInt32(), cursor.UInt32());
        if (size > LargestSection)
            throw new DatDamage($"the decompressed size of a section is {size} bytes; at most {LargestSection} are accepted",
                section.Start);
        var compressed = cursor.Memory(compressedSize, "a compressed section", LargestSection);
        if (!DatCompression.IsPlausible(size, compressedSize, 1 << 16))
            throw new DatDamage($"the decompressed size of a section is {size} bytes, "
                + $"which is impossible for {compressedSize} compressed bytes", section.Start);
        Spend(size, offset);
        var bytes = LargeBuffer.Allocate((int)size);
        var got = DatCompression.Decompress(header.Compression, compressed.Span, bytes.Span, section.Start);
        return new DatCursor(bytes[..got], section.Start, header.BigEndian);
    }

    private DatCursor Uncompressed(long start, long end)
    {
        var length = Math.Min(end, file.Length) - start;
        if (length > LargestInMemory) return new DatCursor(file, start, end, header.BigEndian);
        Spend(length, start);
        var bytes = LargeBuffer.Allocate((int)length);
        // As in DatCursor.Bytes, an unreadable range yields zeros.
        var got = file.ReadOver(bytes.Span, start, out _);
        return new DatCursor(bytes[..got], start, header.BigEndian);
    }

    /// <summary>Counts bytes that the file causes to be read.</summary>
    /// <exception cref="DatDamage">They exceed what any file of this size contains.</exception>
    public void Spend(long bytes, long offset)
    {
        if (Interlocked.Add(ref _budget, -bytes) < 0)
            throw new DatDamage("the sections overlap or refer to each other in a loop", offset);
    }

    /// <summary>
    /// Every section from the header on, in file order. Where a section size is wrong, the walk continues at the next offset that
    /// looks like a section header and is followed by another one, or by the end of the file.
    /// </summary>
    public IEnumerable<Section> Walk()
    {
        for (var at = header.End; at <= file.Length - HeaderLength;)
        {
            var section = ReadHeader(at);
            var isKnown = section.Id <= DatOptions.LastSection;
            if (isKnown) yield return section;
            var next = section.Start + section.Size;
            // The data of a buffer may be cut, which ends the file; other sections are small.
            if ((isKnown && section.Id == DatOptions.Buffer) || (isKnown && next <= file.Length)) at = next;
            else if (FindHeader(at + 1) is { } found) at = found;
            else yield break;
        }
    }

    private long? FindHeader(long from)
    {
        const int Window = 64 * 1024;
        var bytes = new byte[Window + HeaderLength];
        for (var start = from; start <= file.Length - HeaderLength; start += Window)
        {
            var got = file.Read(bytes, start);
            Spend(got, start);
            for (var i = 0; i < Window && i <= got - HeaderLength; i++)
            {
                if (!LooksLikeHeader(bytes.AsSpan(i, HeaderLength), start + i, out var end)) continue;
                if (end == file.Length || IsHeaderAt(end)) return start + i;
            }
        }
        return null;
    }

    private bool IsHeaderAt(long at)
    {
        Span<byte> head = stackalloc byte[HeaderLength];
        return file.Read(head, at) == HeaderLength && LooksLikeHeader(head, at, out _);
    }

    private bool LooksLikeHeader(ReadOnlySpan<byte> head, long at, out long end)
    {
        var id = UInt16(head);
        var flags = UInt16(head[2..]);
        var size = header.BigEndian
            ? BinaryPrimitives.ReadUInt64BigEndian(head[8..])
            : BinaryPrimitives.ReadUInt64LittleEndian(head[8..]);
        end = at + HeaderLength + (long)Math.Min(size, long.MaxValue / 2);
        var isSectionId = id is DatOptions.Done or DatOptions.Buffer or (>= DatOptions.HeaderInfo and <= DatOptions.LastSection);
        return isSectionId && flags <= CompressedFlag && size > 0 && end <= file.Length;
    }

    private ushort UInt16(ReadOnlySpan<byte> at)
        => header.BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
}
