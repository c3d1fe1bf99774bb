using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Adds what is known of a decoded page to the statistics.</summary>
internal static class PageCounts
{
    /// <summary>Adds times, losses and damage.</summary>
    /// <param name="page">The page.</param>
    /// <param name="cpu">Its CPU.</param>
    /// <param name="times">The conversion of time stamps.</param>
    /// <param name="statistics">Takes the counts.</param>
    /// <param name="countsLosses">Whether the handler of the records counts the losses whose number is known.</param>
    public static void Add(
        in RingBufferPageResult page, int cpu, Timebase times, TraceStatistics statistics, bool countsLosses)
    {
        if (page.HasRecords)
        {
            statistics.Time((long)(times.IsIdentity ? page.First : times.Convert(page.First, cpu)), cpu);
            statistics.Time((long)(times.IsIdentity ? page.Last : times.Convert(page.Last, cpu)), cpu);
        }
        if (page.Lost > 0 && !countsLosses) statistics.Lost(cpu, page.Lost);
        else if (page.Lost < 0) statistics.LostUncounted(cpu);
        if (page.BrokenAt >= 0) statistics.NotParsed(cpu, "damaged page");
    }
}
