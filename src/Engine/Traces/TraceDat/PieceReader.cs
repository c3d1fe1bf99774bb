using System.Buffers.Binary;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One thread's way from a piece of the file to its records: reads it, unpacks it, walks its pages.</summary>
internal sealed unsafe class PieceReader<TOrder>(DatFile file, DatMetadata metadata) where TOrder : struct, IByteOrder
{
    private readonly RingBufferPageLayout _layout = metadata.Page;
    private readonly Timebase _times = metadata.Times;
    private byte[] _bytes = [];
    private byte[] _unpacked = [];

    /// <summary>Hands every record of a piece to a handler, and notes losses and damage.</summary>
    public void Read<THandler>(CpuStream.Piece piece, ref THandler handler, TraceStatistics statistics) where THandler : struct, IRecordHandler
    {
        if (_bytes.Length < piece.Length) _bytes = Buffer(piece.Length);
        var got = file.ReadOver(_bytes.AsSpan(0, piece.Length), piece.Offset, out var hasGaps);
        if (got < piece.Length) statistics.Warn($"the file ends at byte {piece.Offset + got}, inside the data of CPU {piece.Stream.Cpu}: it became shorter while it was read");
        if (hasGaps) handler.Lost(0);
        if (!piece.Stream.Buffer.IsPacked)
        {
            Pages(_bytes, got, piece.Stream, piece.Offset, isPacked: false, ref handler, statistics);
            return;
        }
        var bytes = _bytes.AsSpan(0, got);
        for (var at = 0; got - at > 8;)
        {
            var offset = piece.Offset + at;
            var (packed, size) = (UInt32(bytes[at..]), UInt32(bytes[(at + 4)..]));
            at += 8;
            // Both were checked when the piece was cut; a file may change while it is read.
            if (packed > CpuStream.LargestChunk || size > CpuStream.LargestChunk) break;
            try
            {
                var there = (int)Math.Min(packed, got - at);
                if (there < packed) throw new DatDamage("a packed chunk is cut", offset);
                if (!DatSections.IsBelievable(size, packed, 16L * piece.Stream.Buffer.PageSize)) throw new DatDamage($"a chunk of {packed} bytes is said to unpack to {size}", offset);
                if (_unpacked.Length < size) _unpacked = Buffer((int)size);
                var unpacked = DatSections.Unpack(metadata.Header.Compression, bytes.Slice(at, there), _unpacked.AsSpan(0, (int)size), offset);
                Pages(_unpacked, unpacked, piece.Stream, offset, isPacked: true, ref handler, statistics);
            }
            catch (DatDamage damage)
            {
                statistics.NotParsed(piece.Stream.Cpu, "damaged chunk of pages");
                statistics.Warn($"CPU {piece.Stream.Cpu}: {damage}; its events were left out");
                handler.Lost(0);
            }
            at += (int)packed;
        }
    }

    private void Pages<THandler>(byte[] bytes, int length, CpuStream stream, long offset, bool isPacked, ref THandler handler, TraceStatistics statistics)
        where THandler : struct, IRecordHandler
    {
        var pageSize = stream.Buffer.PageSize;
        fixed (byte* start = bytes)
        {
            for (var at = 0; at < length; at += pageSize)
            {
                var page = RingBufferPageDecoder<TOrder>.Walk(start + at, Math.Min(pageSize, length - at), pageSize, _layout, ref handler);
                if (page.HasRecords)
                {
                    statistics.Time((long)(_times.IsIdentity ? page.First : _times.Convert(page.First, stream.Cpu)));
                    statistics.Time((long)(_times.IsIdentity ? page.Last : _times.Convert(page.Last, stream.Cpu)));
                }
                if (page.Lost < 0 || (page.Lost > 0 && !THandler.CountsLosses)) Lost(page.Lost, stream.Cpu, statistics);
                if (page.BrokenAt >= 0)
                {
                    statistics.NotParsed(stream.Cpu, "damaged page");
                    statistics.Warn($"CPU {stream.Cpu}: a page is damaged or cut at byte {offset + (isPacked ? 0 : at + page.BrokenAt)}{(isPacked ? $" (in a packed chunk, {at + page.BrokenAt} bytes in)" : "")}; the rest of it was left out");
                    handler.Lost(0);
                }
            }
        }
    }

    private static void Lost(long events, int cpu, TraceStatistics statistics)
    {
        if (events > 0) statistics.Lost(cpu, events);
        else statistics.Warn($"CPU {cpu} lost events, and the kernel does not say how many");
    }

    private static byte[] Buffer(int size) => GC.AllocateUninitializedArray<byte>(Math.Max(size, 256 * 1024));

    private uint UInt32(ReadOnlySpan<byte> at) => metadata.Header.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
}
