using System.Buffers.Binary;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>Makes pages of a ring buffer as the kernel lays them out (kernel: include/linux/ring_buffer.h).</summary>
internal static class RingPages
{
    /// <summary>A page of function events.</summary>
    /// <param name="time">When it begins.</param>
    /// <param name="events">How many.</param>
    /// <param name="lost">Events lost before it; -1 when the kernel found no room for the number.</param>
    public static byte[] Page(long time, int events, long lost = 0)
    {
        var page = new byte[4096];
        BinaryPrimitives.WriteInt64LittleEndian(page, time);
        var at = 16;
        for (var i = 0; i < events; i++)
        {
            // 24 bytes of content: type_len 6, ten time units after the last.
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(at), 10u << 5 | 6);
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(at + 4), 1);
            BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(at + 8), 100 + i);
            BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(at + 12), 0xffffffff81000010);
            BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(at + 20), 0xffffffff81000020);
            at += 28;
        }
        var commit = (ulong)(at - 16);
        if (lost != 0) commit |= 1u << 31;
        if (lost > 0)
        {
            commit |= 1u << 30;
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(at), lost);
        }
        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(8), commit);
        return page;
    }
}
