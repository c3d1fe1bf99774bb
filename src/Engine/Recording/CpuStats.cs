using System.Globalization;

namespace KernelMagnifier.Recording;

/// <summary>
/// The kernel's counts for one CPU's buffer, <c>per_cpu/cpuN/stats</c> (kernel: kernel/trace/trace.c, <c>tracing_stats_read</c>).
/// </summary>
/// <param name="Entries">Events in the buffer that have not been read.</param>
/// <param name="Overrun">Events that were overwritten before they were read.</param>
/// <param name="Dropped">Events that did not fit into the buffer.</param>
/// <param name="Read">Events that were read.</param>
internal readonly record struct CpuStats(long Entries, long Overrun, long Dropped, long Read)
{
    private const NumberStyles Blanks = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>Lost events: those overwritten or dropped.</summary>
    public long Lost => Overrun + Dropped;

    /// <summary>Parses a <c>stats</c> file; counts that it does not contain are 0.</summary>
    public static CpuStats Parse(string text)
    {
        long entries = 0, overrun = 0, dropped = 0, read = 0;
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !long.TryParse(line.AsSpan(colon + 1), Blanks, CultureInfo.InvariantCulture, out var n)) continue;
            switch (line[..colon])
            {
                case "entries": entries = n; break;
                case "overrun": overrun = n; break;
                case "commit overrun" or "dropped events": dropped += n; break;
                case "read events": read = n; break;
            }
        }
        return new CpuStats(entries, overrun, dropped, read);
    }
}
