using System.Buffers.Binary;
using System.IO.Compression;
using KernelMagnifier.Compression;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Version 7's sections: finds them, checks their size, unpacks them.</summary>
/// <remarks>"FORMAT OF THE SECTION HEADER" and "COMPRESSION FORMAT OF THE FILE SECTIONS" of trace-cmd.dat.v7(5).</remarks>
internal sealed class DatSections(DatFile file, DatHeader header)
{
    private const int HeaderLength = 16;
    private const int Packed = 1;

    // The event formats of a large kernel are a few MB, its symbols some 20 MB.
    private const int LargestSection = 128 << 20;

    // Sections pack five to ten times; zlib's best is a thousand times. What promises more promises too much.
    private const int BestPacking = 1024;

    // Sections may be read more than once, or in parts that overlap; without end only in a file made for that.
    private long _budget = Math.Min(64 * file.Length, long.MaxValue / 2) + (1 << 20);

    /// <summary>A section's head.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="IsPacked">Its contents are packed.</param>
    /// <param name="Start">Where its contents start.</param>
    /// <param name="Size">Bytes of its contents as they lie in the file.</param>
    internal readonly record struct Section(int Id, bool IsPacked, long Start, long Size);

    /// <summary>Reads the head of a section.</summary>
    public Section Head(long offset)
    {
        if (offset < header.End || offset > file.Length - HeaderLength) throw new DatDamage("a section is said to stand outside the file", offset);
        var cursor = new DatCursor(file, offset, offset + HeaderLength, header.BigEndian);
        var (id, flags, _, size) = (cursor.UInt16(), cursor.UInt16(), cursor.UInt32(), cursor.UInt64());
        return new Section(id, (flags & Packed) != 0, offset + HeaderLength, (long)Math.Min(size, long.MaxValue / 2));
    }

    /// <summary>The contents of a section, unpacked.</summary>
    /// <param name="offset">Where it stands.</param>
    /// <param name="id">What it must be.</param>
    public DatCursor Open(long offset, int id)
    {
        var section = Head(offset);
        if (section.Id != id) throw new DatDamage($"a section with id {id} was expected and one with id {section.Id} is there", offset);
        var end = section.Start + section.Size;
        if (!section.IsPacked) return new DatCursor(file, section.Start, end, header.BigEndian);
        var cursor = new DatCursor(file, section.Start, end, header.BigEndian);
        var (packedSize, size) = (cursor.UInt32(), cursor.UInt32());
        if (size > LargestSection) throw new DatDamage($"a section is said to unpack to {size} bytes; at most {LargestSection} make sense", section.Start);
        var packed = cursor.Bytes(packedSize, "a packed section", LargestSection);
        if (!IsBelievable(size, packedSize, 1 << 16)) throw new DatDamage($"a section of {packedSize} bytes is said to unpack to {size}", section.Start);
        Spend(size, offset);
        var bytes = new byte[size];
        var got = Unpack(header.Compression, packed, bytes, section.Start);
        return new DatCursor(got == bytes.Length ? bytes : bytes[..got], section.Start, header.BigEndian);
    }

    /// <summary>Accounts for work that the file asks for, in bytes read.</summary>
    /// <exception cref="DatDamage">No file of this size has so much to read.</exception>
    public void Spend(long bytes, long offset)
    {
        _budget -= bytes;
        if (_budget < 0) throw new DatDamage("the sections of the file refer to each other, or unpack, without end", offset);
    }

    /// <summary>Whether bytes can unpack to so many.</summary>
    /// <param name="size">Bytes they are said to unpack to.</param>
    /// <param name="packed">How many they are.</param>
    /// <param name="any">So many are believed of any number.</param>
    public static bool IsBelievable(long size, long packed, long any) => size <= any + packed * BestPacking;

    /// <summary>
    /// Every section from the header on, one after the other. Where the chain of their sizes breaks, it goes on at the next place
    /// that looks like the head of a section which another one, or the end of the file, follows.
    /// </summary>
    public IEnumerable<Section> Walk()
    {
        for (var at = header.End; at <= file.Length - HeaderLength;)
        {
            var section = Head(at);
            var isKnown = section.Id <= DatOptions.LastSection;
            if (isKnown) yield return section;
            var next = section.Start + section.Size;
            // The data of a buffer may be cut, which ends the file; other sections are small.
            if ((isKnown && section.Id == DatOptions.Buffer) || (isKnown && next <= file.Length)) at = next;
            else if (Search(at + 1) is { } found) at = found;
            else yield break;
        }
    }

    private long? Search(long from)
    {
        const int Window = 64 * 1024;
        var bytes = new byte[Window + HeaderLength];
        for (var start = from; start <= file.Length - HeaderLength; start += Window)
        {
            var got = file.Read(bytes, start);
            Spend(got, start);
            for (var i = 0; i < Window && i <= got - HeaderLength; i++)
                if (LooksLikeHead(bytes.AsSpan(i, HeaderLength), start + i, out var end) && (end == file.Length || FollowsOne(end)))
                    return start + i;
        }
        return null;
    }

    private bool FollowsOne(long at)
    {
        Span<byte> head = stackalloc byte[HeaderLength];
        return file.Read(head, at) == HeaderLength && LooksLikeHead(head, at, out _);
    }

    private bool LooksLikeHead(ReadOnlySpan<byte> head, long at, out long end)
    {
        var (id, flags, size) = header.BigEndian
            ? (BinaryPrimitives.ReadUInt16BigEndian(head), BinaryPrimitives.ReadUInt16BigEndian(head[2..]), BinaryPrimitives.ReadUInt64BigEndian(head[8..]))
            : (BinaryPrimitives.ReadUInt16LittleEndian(head), BinaryPrimitives.ReadUInt16LittleEndian(head[2..]), BinaryPrimitives.ReadUInt64LittleEndian(head[8..]));
        end = at + HeaderLength + (long)Math.Min(size, long.MaxValue / 2);
        return (id is DatOptions.Done or DatOptions.Buffer or (>= DatOptions.HeaderInfo and <= DatOptions.LastSection)) && flags <= Packed && size > 0 && end <= file.Length;
    }

    /// <summary>Unpacks bytes into a buffer of the stated size.</summary>
    /// <returns>Bytes unpacked.</returns>
    public static int Unpack(string? compression, ReadOnlySpan<byte> packed, Span<byte> into, long offset)
    {
        try
        {
            if (compression == "zstd") return Zstd.Decompress(packed, into);
            if (compression == "zlib") return Inflate(packed, into);
        }
        catch (InvalidDataException error)
        {
            throw new DatDamage($"{compression} data cannot be unpacked ({error.Message})", offset);
        }
        throw new DatDamage("something is packed in a file that says nothing is", offset);
    }

    private static unsafe int Inflate(ReadOnlySpan<byte> packed, Span<byte> into)
    {
        if (packed.IsEmpty) throw new InvalidDataException("there is none");
        fixed (byte* start = packed)
        {
            using var stream = new ZLibStream(new UnmanagedMemoryStream(start, packed.Length), CompressionMode.Decompress);
            return stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }
    }
}
