using System.Buffers.Binary;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One thread's reader of pieces: reads a piece of the file, decompresses it and decodes its pages.</summary>
internal sealed unsafe class PieceReader<TOrder>(DatFile file, DatMetadata metadata) where TOrder : struct, IByteOrder
{
    private readonly RingBufferPageLayout _layout = metadata.Page;
    private readonly Timebase _times = metadata.Times;
    private byte[] _bytes = [];
    private byte[] _decompressed = [];

    /// <summary>
    /// Passes every record of a piece to a handler. Pages that are not compressed are read into the block's buffer, so that its
    /// entries can refer to records in them.
    /// </summary>
    public void Read<THandler>(CpuStream.Piece piece, EventBlock block, ref THandler handler, TraceStatistics statistics)
        where THandler : struct, IRecordHandler
    {
        if (piece.Stream.Buffer.IsCompressed)
        {
            Read(piece, ref handler, statistics);
            return;
        }
        block.Reserve(piece.Length);
        var own = _bytes;
        _bytes = block.Bytes;
        block.Used = piece.Length;
        Read(piece, ref handler, statistics);
        _bytes = own;
    }

    /// <summary>Passes every record of a piece to a handler, and counts losses and damage.</summary>
    public void Read<THandler>(CpuStream.Piece piece, ref THandler handler, TraceStatistics statistics)
        where THandler : struct, IRecordHandler
    {
        if (_bytes.Length < piece.Length) _bytes = Buffer(piece.Length);
        var got = file.ReadOver(_bytes.AsSpan(0, piece.Length), piece.Offset, out var hasGaps);
        if (got < piece.Length)
            statistics.Warn($"the file ends at byte {piece.Offset + got}, inside the data of CPU {piece.Stream.Cpu}: "
                + "it was truncated during the reading");
        if (hasGaps) handler.Lost(0);
        if (piece.Stream.Buffer.IsCompressed) ReadChunks(piece, got, ref handler, statistics);
        else ReadPages(_bytes, got, piece.Stream, piece.Offset, ref handler, statistics);
    }

    private void ReadChunks<THandler>(CpuStream.Piece piece, int length, ref THandler handler, TraceStatistics statistics)
        where THandler : struct, IRecordHandler
    {
        var bytes = _bytes.AsSpan(0, length);
        for (var at = 0; length - at > 8;)
        {
            var offset = piece.Offset + at;
            var (compressedSize, size) = (UInt32(bytes[at..]), UInt32(bytes[(at + 4)..]));
            at += 8;
            // CpuStream has checked both, but the file may change during the reading.
            if (compressedSize > CpuStream.LargestChunk || size > CpuStream.LargestChunk) break;
            try
            {
                var available = (int)Math.Min(compressedSize, length - at);
                if (available < compressedSize) throw new DatDamage("a compressed chunk is cut", offset);
                if (!DatCompression.IsPlausible(size, compressedSize, 16L * piece.Stream.Buffer.PageSize))
                    throw new DatDamage($"the decompressed size of a chunk is {size} bytes, "
                        + $"which is impossible for {compressedSize} compressed bytes", offset);
                if (_decompressed.Length < size) _decompressed = Buffer((int)size);
                var into = _decompressed.AsSpan(0, (int)size);
                var got = DatCompression.Decompress(metadata.Header.Compression, bytes.Slice(at, available), into, offset);
                ReadPages(_decompressed, got, piece.Stream, offset, ref handler, statistics);
            }
            catch (DatDamage damage)
            {
                statistics.NotParsed(piece.Stream.Cpu, "damaged chunk of pages");
                statistics.Warn($"CPU {piece.Stream.Cpu}: {damage}; its events were skipped");
                handler.Lost(0);
            }
            at += (int)compressedSize;
        }
    }

    private void ReadPages<THandler>(
        byte[] bytes, int length, CpuStream stream, long offset, ref THandler handler, TraceStatistics statistics)
        where THandler : struct, IRecordHandler
    {
        var pageSize = stream.Buffer.PageSize;
        fixed (byte* start = bytes)
        {
            for (var at = 0; at < length; at += pageSize)
            {
                var available = Math.Min(pageSize, length - at);
                var page = RingBufferPageDecoder<TOrder>.Walk(start + at, available, pageSize, _layout, ref handler);
                PageCounts.Add(page, stream.Cpu, _times, statistics, THandler.CountsLosses);
                if (page.BrokenAt < 0) continue;
                var place = stream.Buffer.IsCompressed
                    ? $"at byte {offset} (byte {at + page.BrokenAt} of the decompressed chunk)"
                    : $"at byte {offset + at + page.BrokenAt}";
                statistics.Warn($"CPU {stream.Cpu}: a page is damaged or cut {place}; the rest of the page was skipped");
                handler.Lost(0);
            }
        }
    }

    private static byte[] Buffer(int size) => GC.AllocateUninitializedArray<byte>(Math.Max(size, 256 * 1024));

    private uint UInt32(ReadOnlySpan<byte> at)
        => metadata.Header.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
}
