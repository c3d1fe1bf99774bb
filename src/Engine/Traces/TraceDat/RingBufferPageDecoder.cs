using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Decodes the records of ring buffer pages: events, time extends, absolute time stamps and padding, and the number of events
/// lost before a page.
/// </summary>
/// <remarks>
/// <c>include/linux/ring_buffer.h</c> and <c>kernel/trace/ring_buffer.c</c> of the kernel; <c>kbuffer-parse.c</c> of
/// libtraceevent.
/// </remarks>
internal static unsafe class RingBufferPageDecoder<TOrder> where TOrder : struct, IByteOrder
{
    private const uint Padding = 29, TimeExtend = 30, TimeStamp = 31;
    private const int TimeShift = 27;

    // An absolute time stamp has 59 bits; the upper 5 bits stay those of the current time.
    private const ulong TopBits = 0xF8UL << 56;

    /// <summary>Decodes one page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="length">The number of available bytes: fewer than <paramref name="pageSize"/> where the file is cut.</param>
    /// <param name="pageSize">The size of a whole page in bytes.</param>
    /// <param name="layout">The layout of the page header.</param>
    /// <param name="handler">Receives the records.</param>
    public static RingBufferPageResult Walk<THandler>(
        byte* page, int length, int pageSize, RingBufferPageLayout layout, ref THandler handler)
        where THandler : struct, IRecordHandler
    {
        var result = new RingBufferPageResult { BrokenAt = -1 };
        if (length < layout.Data)
        {
            result.BrokenAt = 0;
            return result;
        }
        var time = TOrder.UInt64(page + layout.Timestamp);
        var commit = CommitWord(page, layout);
        var size = (int)(commit & RingBufferPageLayout.LengthMask);
        if (size > pageSize - layout.Data)
        {
            result.BrokenAt = layout.Commit;
            return result;
        }
        var at = page + layout.Data;
        var end = at + size;
        if ((commit & RingBufferPageLayout.MissedEvents) != 0)
        {
            result.Lost = -1;
            if ((commit & RingBufferPageLayout.MissedStored) != 0 && layout.Data + size + layout.LongSize <= length)
                result.Lost = layout.LongSize == 8 ? (long)TOrder.UInt64(end) : TOrder.UInt32(end);
            if (result.Lost < 0) result.Lost = -1;
            handler.Lost(result.Lost);
        }
        if (end > page + length) end = page + length;
        var begun = false;
        while (end - at >= 4)
        {
            var header = TOrder.UInt32(at);
            var type = TOrder.TypeLength(header);
            var body = at + 4;
            int bytes;
            if (type - 1 < Padding - 1)
            {
                bytes = (int)type * 4;
            }
            else
            {
                if (type == Padding && TOrder.TimeDelta(header) == 0)
                {
                    // It extends to the end of the page.
                    at = end;
                    break;
                }
                if (end - body < 4) break;
                var word = TOrder.UInt32(body);
                if (type == TimeExtend)
                {
                    time += TOrder.TimeDelta(header) + ((ulong)word << TimeShift);
                    at = body + 4;
                    continue;
                }
                if (type == TimeStamp)
                {
                    time = (time & TopBits) | (TOrder.TimeDelta(header) + ((ulong)word << TimeShift));
                    at = body + 4;
                    continue;
                }
                if (type == Padding)
                {
                    // With a time delta it is a discarded event.
                    if (word > (uint)(end - body)) break;
                    time += TOrder.TimeDelta(header);
                    at = body + (int)word;
                    continue;
                }
                // The length includes the length word.
                if (word < 4 || word > (uint)pageSize) break;
                bytes = (int)((word - 4 + 3) & ~3u);
                body += 4;
            }
            if (bytes > end - body) break;
            time += TOrder.TimeDelta(header);
            if (!begun)
            {
                begun = true;
                result.First = time;
            }
            handler.Record(time, body, bytes);
            at = body + bytes;
        }
        result.HasRecords = begun;
        result.Last = time;
        if (at < end || page + layout.Data + size > page + length) result.BrokenAt = (int)(at - page);
        return result;
    }

    /// <summary>The used bytes of a page: its header, its data, and the count of lost events if one is stored.</summary>
    /// <param name="page">A whole page.</param>
    /// <param name="pageSize">Its size in bytes; also the result when the commit word is damaged.</param>
    /// <param name="layout">The layout of its header.</param>
    public static int UsedBytes(byte* page, int pageSize, RingBufferPageLayout layout)
    {
        var commit = CommitWord(page, layout);
        var used = layout.Data + (commit & RingBufferPageLayout.LengthMask);
        if ((commit & RingBufferPageLayout.MissedStored) != 0) used += (uint)layout.LongSize;
        return (int)Math.Min(used, (uint)pageSize);
    }

    /// <summary>The lower 32 bits of the commit word: the length of the data and the flags of lost events.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CommitWord(byte* page, RingBufferPageLayout layout)
        => layout.LongSize == 8 ? (uint)TOrder.UInt64(page + layout.Commit) : TOrder.UInt32(page + layout.Commit);

    /// <summary>Reads a number of 1, 2, 4 or 8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Number(byte* body, FieldFormat field) => field.Size switch
    {
        8 => TOrder.UInt64(body + field.Offset),
        4 => TOrder.UInt32(body + field.Offset),
        2 => TOrder.UInt16(body + field.Offset),
        _ => body[field.Offset],
    };
}
