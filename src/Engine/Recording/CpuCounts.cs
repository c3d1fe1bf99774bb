using System.Buffers.Binary;
using System.Globalization;

namespace KernelMagnifier.Recording;

/// <summary>What the kernel counts per CPU (kernel: kernel/trace/trace.c, <c>tracing_stats_read</c>).</summary>
/// <param name="Entries">Events in the buffer, not read yet.</param>
/// <param name="Overrun">Events overwritten before they were read.</param>
/// <param name="Dropped">Events that found no room.</param>
/// <param name="Read">Events taken out.</param>
internal readonly record struct CpuCounts(long Entries, long Overrun, long Dropped, long Read)
{
    /// <summary>Events that no reader will ever see.</summary>
    public long Lost => Overrun + Dropped;

    /// <summary>Reads a <c>stats</c> file.</summary>
    public static CpuCounts Parse(string text)
    {
        long entries = 0, overrun = 0, dropped = 0, read = 0;
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !long.TryParse(line.AsSpan(colon + 1), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var n)) continue;
            switch (line[..colon])
            {
                case "entries": entries = n; break;
                case "overrun": overrun = n; break;
                case "commit overrun" or "dropped events": dropped += n; break;
                case "read events": read = n; break;
            }
        }
        return new CpuCounts(entries, overrun, dropped, read);
    }

    /// <summary>Events missing before a page: two flags say that there are, and that their number is behind its last event.</summary>
    public static long LostBefore(ReadOnlySpan<byte> page)
    {
        var commit = BinaryPrimitives.ReadUInt64LittleEndian(page[8..]);
        var end = 16 + (int)Math.Min(commit & 0xFFFFF, (ulong)(page.Length - 16));
        return (commit & 1u << 31) != 0 && (commit & 1u << 30) != 0 && end + 8 <= page.Length ? Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(page[end..])) : 0;
    }

    /// <summary>Counts the events in drained pages, where the kernel's own counts cannot be had or cannot be trusted.</summary>
    /// <param name="pages">The file.</param>
    /// <param name="offset">Where the pages begin.</param>
    /// <param name="size">How many bytes of them there are.</param>
    /// <param name="pageSize">Size of one.</param>
    public static CpuCounts OfPages(Stream pages, long offset, long size, int pageSize)
    {
        long events = 0, lost = 0;
        var page = new byte[pageSize];
        pages.Position = offset;
        for (long done = 0; done + pageSize <= size; done += pageSize)
        {
            pages.ReadExactly(page);
            var commit = BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(8));
            var end = 16 + (int)Math.Min(commit & 0xFFFFF, (ulong)(pageSize - 16));
            lost += LostBefore(page);
            for (var at = 16; at + 4 <= end;)
            {
                var head = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(at));
                var (type, delta) = (head & 31, head >> 5);
                if (type is 30 or 31)
                {
                    at += 8;
                    continue;
                }
                if (type == 29 && delta == 0) break;
                if (type is 0 or 29)
                {
                    if (at + 8 > end) break;
                    var length = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(at + 4));
                    if (length > pageSize) break;
                    at += 4 + (int)Math.Max(length + 3 & ~3u, 4);
                }
                else
                {
                    at += 4 + (int)type * 4;
                }
                if (type != 29) events++;
            }
        }
        return new CpuCounts(0, lost, 0, events);
    }
}
