using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>What a comparison needs of one recording: what a baseline keeps of it.</summary>
internal sealed class TraceSample
{
    /// <summary>The description of the recording; of a baseline, the part of it that was kept.</summary>
    public required TraceInfo Info { get; init; }

    /// <summary>The machine (<c>uname -m</c>); null if the recording does not contain it.</summary>
    public string? Machine { get; init; }

    /// <summary>What was kept.</summary>
    public required SamplePlan Plan { get; init; }

    /// <summary>The latencies; those of calls have the function as key.</summary>
    public IReadOnlyList<LatencySample> Latencies { get; init; } = [];

    /// <summary>Who has the intervals: the largest of each kind.</summary>
    public IReadOnlyList<Contribution> Contributions { get; init; } = [];

    /// <summary>The edges.</summary>
    public IReadOnlyList<CallSample> Calls { get; init; } = [];

    /// <summary>The length of the blocks of time of the calls.</summary>
    public long BlockWidth { get; init; }

    /// <summary>Whether the recording can be read again, as that of a baseline cannot.</summary>
    public bool IsRecording { get; init; } = true;

    /// <summary>The observed time of all CPUs in seconds, or in counts of a clock without unit; null if it is not known or 0.</summary>
    public double? ObservedSeconds => Info.ObservedTime is > 0 and var time ? time / (Info.Unit == ClockUnit.Nanoseconds ? 1e9 : 1) : null;

    /// <summary>The number of CPUs that were observed on average; null if it is not known.</summary>
    public double? ObservedCpus => Info is { ObservedTime: > 0 and var time, FirstTime: { } first, LastTime: { } last } && last > first
        ? time / (double)((Int128)last - first) : null;

    /// <summary>Whether a kind was measured, or calls were counted.</summary>
    public bool Measures(IntervalKind kind) => kind == IntervalKind.Call
        ? Plan.HasCalls : Plan.HasIntervals && (Plan.Kinds.Count == 0 || Plan.Kinds.Contains(kind));

    /// <summary>The part of the events that was lost, from 0 to 1.</summary>
    public double LostShare => Info.LostEvents == 0 ? 0 : Info.LostEvents / ((double)Info.LostEvents + Info.RecordedEvents);
}
