using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Text of kernel events, whose intervals are explained: the shares of each add up to it, whatever the events say. Also those of
/// ranges of time that are no intervals.
/// </summary>
internal sealed class CausesTarget() : FuzzTarget("causes")
{
    private const int MostTargets = 400;

    // The events are read twice, and up to 400 intervals watch each of them.
    protected override long StepsPerByte => 60_000;

    protected override long MemoryPerByte => 16_384;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        using var stream = new MemoryStream(input.ToArray());
        using var reader = TraceFile.Open(stream, "input", new() { Threads = 1 });
        var intervals = new OutlierReading(new LatencyPlan(), new IntervalFloor(-1, null)).Read(reader, default);
        List<CauseTarget> targets = [.. intervals.Take(MostTargets).Select(CauseTarget.Of)];
        foreach (var interval in intervals.Take(8))
            if (CauseTarget.Of(interval.Kind, interval.Key, (interval.ProcessId ?? 0) + 1, 0, interval.Start ?? 0, 1_000_000, default) is { } other)
                targets.Add(other);
        var causes = CauseReading.Read(reader, targets);
        Check(causes.Count == targets.Count, $"{causes.Count} causes of {targets.Count} intervals");
        foreach (var cause in causes) CheckShares(cause);
        foreach (var unit in causes.GroupBy(cause => cause.Unit)) CheckShares(CauseTotal.Of([.. unit]));
    }

    private static void CheckShares(LatencyCause cause)
    {
        var sum = cause.Shares.Sum(share => (decimal)share.Nanoseconds);
        Check(sum == cause.DurationNanoseconds || sum > long.MaxValue, $"shares of {sum}: {cause}");
        foreach (var share in cause.Shares)
            Check(share is { Nanoseconds: > 0, Count: > 0, Percent: > 0 and <= 100.0001 }, $"{share} of {cause}");
        Check(cause.Sentence.Length > 0 && (cause.TopCause is null) == (cause.Shares.Count == 0), $"{cause}");
    }
}
