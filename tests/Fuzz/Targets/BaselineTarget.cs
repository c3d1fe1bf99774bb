using KernelMagnifier.Comparison.Baselines;

namespace KernelMagnifier.Fuzzing;

/// <summary>The file of a baseline: it is read, or is an error that says so, and its numbers can be added up.</summary>
internal sealed class BaselineTarget() : FuzzTarget("baseline")
{
    /// <summary>Every kind of row once.</summary>
    public static readonly byte[] Seed = """
        {
        "schema": "kernel-magnifier-baseline", "version": 1, "created": "2026-11-30T00:00:00Z",
        "kinds": ["Wakeup", "Call"], "intervals": true, "calls": true, "callLengths": false, "by": "None",
        "recordings": [
        {"info": {"path": "a.dat", "format": "trace.dat", "tracer": "function", "clock": "local", "clockUnit": "Nanoseconds",
        "kernelRelease": "6.1.0", "buildId": null, "machine": "x86_64", "cpus": 2, "calls": 12, "events": 34, "leafReturns": 0,
        "lostEvents": 0, "lostEventsIsMinimum": false, "firstTime": 1000, "lastTime": 2000000, "observedTime": 3998000,
        "blockWidth": 1048576},
        "eventKinds": {"sched_switch": 20, "sched_waking": 14},
        "latencies": [
        {"kind": "Wakeup", "key": null, "count": 3, "sum": 6000, "min": 1000, "max": 3000, "p50": 2000, "p90": 3000, "p99": 3000,
        "times": "1000 1000000;32:1 48:1 57:1"}],
        "contributions": [
        {"kind": "Wakeup", "what": "task", "name": "a\u001b[31m", "counts": "32:1 48:1"}],
        "edges": [
        {"caller": "f", "callee": "g", "blocks": "5 6 0", "untimed": 1},
        {"caller": null, "callee": "f", "blocks": "1 0 0", "untimed": 0}]}
        ]}
        """u8.ToArray();

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var path = Scratch.Mine.With(input);
        BaselineFile.IsBaseline(path);
        TraceBaseline baseline;
        try
        {
            baseline = BaselineFile.Read(path);
        }
        catch (KernelMagnifierException error)
        {
            Check(error.Code == ErrorCode.BaselineUnreadable, $"{error.Code}: {error.Message}");
            return;
        }
        Check(baseline is { Intervals: >= 0, Calls: >= 0, LostEvents: >= 0 } && baseline.ToString().Length > 0, $"{baseline}");
        Check(baseline.ObservedSeconds is null or >= 0, $"{baseline.ObservedSeconds} s observed");
        foreach (var latency in baseline.Samples.SelectMany(sample => sample.Latencies))
            Check(latency.Times.Total >= 0 && latency.P50 <= latency.Max, $"{latency}");
    }
}
