using System.Buffers.Binary;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>Makes ring buffer pages as the kernel lays them out (kernel: include/linux/ring_buffer.h).</summary>
internal static class RingBufferPages
{
    public const ulong MissedEvents = 1ul << 31, MissedStored = 1ul << 30;

    /// <summary>A page of function events.</summary>
    /// <param name="time">The time stamp of the page.</param>
    /// <param name="events">The number of events.</param>
    /// <param name="lost">The number of events lost before the page; -1 when the page had no room for the number.</param>
    /// <param name="size">The size of the page in bytes.</param>
    public static byte[] Page(long time, int events, long lost = 0, int size = 4096)
    {
        var page = new byte[size];
        BinaryPrimitives.WriteInt64LittleEndian(page, time);
        var at = 16;
        for (var i = 0; i < events; i++)
        {
            // 24 bytes of data (type_len 6), ten time units after the last event.
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(at), 10u << 5 | 6);
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(at + 4), 1);
            BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(at + 8), 100 + i);
            BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(at + 12), 0xffffffff81000010);
            BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(at + 20), 0xffffffff81000020);
            at += 28;
        }
        var commit = (ulong)(at - 16);
        if (lost != 0) commit |= MissedEvents;
        if (lost > 0)
        {
            commit |= MissedStored;
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(at), lost);
        }
        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(8), commit);
        return page;
    }
}
