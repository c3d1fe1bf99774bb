using System.Runtime.CompilerServices;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>Ring buffer pages of this machine's kernel, as they are drained from <c>trace_pipe_raw</c>.</summary>
internal static unsafe class DrainedPages
{
    // x86-64 and arm64, on which this tool records, are little-endian and have a commit word of 8 bytes.
    private static readonly RingBufferPageLayout Layout = RingBufferPageLayout.Default(sizeof(long));

    /// <summary>
    /// Counts the events in pages and the lost events that the pages report, where the kernel's counts are unavailable or may be
    /// wrong.
    /// </summary>
    /// <param name="file">The file with the pages.</param>
    /// <param name="offset">The offset of the first page.</param>
    /// <param name="size">The number of bytes; an incomplete last page is ignored.</param>
    /// <param name="pageSize">The size of a page in bytes.</param>
    public static CpuStats Count(Stream file, long offset, long size, int pageSize)
    {
        var counter = new Counter();
        var page = new byte[pageSize];
        file.Position = offset;
        for (long done = 0; done + pageSize <= size; done += pageSize)
        {
            file.ReadExactly(page);
            Walk(page, ref counter);
        }
        return new CpuStats(0, counter.LostEvents, 0, counter.Events);
    }

    /// <summary>The number of events lost before a page; 0 when none, or when the kernel did not store their number.</summary>
    public static long LostBefore(ReadOnlySpan<byte> page)
    {
        var counter = new Counter();
        Walk(page, ref counter);
        return counter.LostEvents;
    }

    /// <summary>Clears the bytes of a page after its data: they belong to an older page.</summary>
    public static void ClearRemains(Span<byte> page)
    {
        int used;
        fixed (byte* first = page) used = RingBufferPageDecoder<LittleEndian>.UsedBytes(first, page.Length, Layout);
        page[used..].Clear();
    }

    private static void Walk(ReadOnlySpan<byte> page, ref Counter counter)
    {
        fixed (byte* first = page)
            RingBufferPageDecoder<LittleEndian>.Walk(first, page.Length, page.Length, Layout, ref counter);
    }

    private struct Counter : IRecordHandler
    {
        public long Events;
        public long LostEvents;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Record(ulong time, byte* body, int length) => Events++;

        public void Lost(long events) => LostEvents += Math.Max(0, events);
    }
}
