using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>What a reader found in an input, as far as it has to be the same in whatever way the input is read.</summary>
internal sealed record ReadingResult(string Format, long Calls, ulong Sum, ulong Ordered, long Others, long Lost, long NotParsed,
    long? First, long? Last)
{
    /// <summary>The result of a parser.</summary>
    public static ReadingResult Of(CallSums sums, TraceStatistics statistics, string callKind)
    {
        var info = new TraceInfoBuilder(new TraceSource("fuzz"));
        statistics.WriteTo(info, callKind);
        FuzzTarget.Check(sums.Broken is null, $"{sums.Broken}");
        FuzzTarget.Check(sums.Count == info.Calls, $"{sums.Count} calls were delivered and {info.Calls} counted");
        return new ReadingResult("", sums.Count, sums.Sum, sums.Ordered, info.Events, info.LostEvents, info.NotParsed,
            info.FirstTime, info.LastTime);
    }

    /// <summary>The result of a reader; null if the input is not a recording.</summary>
    public static ReadingResult? Of(Func<TraceReader> open, bool inOrder)
    {
        TraceReader? reader;
        try
        {
            reader = open();
        }
        catch (KernelMagnifierException)
        {
            return null;
        }
        using (reader)
        {
            var sums = new CallSums(inOrder);
            reader.Read(sums);
            var info = reader.Info;
            FuzzTarget.Check(sums.Broken is null, $"{sums.Broken}");
            FuzzTarget.Check(sums.Count == info.Calls, $"{sums.Count} calls were delivered and {info.Calls} counted");
            FuzzTarget.Check(info.PerCpu.Sum(c => c.Calls) == info.Calls && info.PerCpu.Sum(c => c.LostEvents) == info.LostEvents
                && info.PerCpu.Sum(c => c.NotParsed) == info.NotParsed, $"the sums over all CPUs differ from the totals");
            FuzzTarget.Check(info.EventKinds.Values.Sum() == info.Events,
                $"the event kinds do not add up to {info.Calls} calls and {info.Events} events");
            FuzzTarget.Check(info.NotParsedKinds.Values.Sum() == info.NotParsed,
                $"the reasons do not add up to the {info.NotParsed} records that were not parsed");
            FuzzTarget.Check(info.Warnings.Count <= 1000, $"{info.Warnings.Count} warnings");
            return new ReadingResult(info.Format, sums.Count, sums.Sum, inOrder ? sums.Ordered : 0, info.Events, info.LostEvents,
                info.NotParsed, info.FirstTime, info.LastTime);
        }
    }
}
