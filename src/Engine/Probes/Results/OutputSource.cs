using KernelMagnifier.Latency;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Results;

/// <summary>What all results of a run have in common.</summary>
/// <param name="probe">The name of the probe; null if it is not known.</param>
/// <param name="run">Stands for the run.</param>
/// <param name="clock">The time of the arrival of results; null for stored output.</param>
internal sealed class OutputSource(string? probe, object run, Func<DateTimeOffset>? clock)
{
    /// <summary>The declared maps by name.</summary>
    public Dictionary<string, OutputMap> Maps { get; } = [];

    /// <summary>Makes a result that is not of a map.</summary>
    public ProbeResult New(
        string kind, string? name = null, string? text = null, object? value = null, ResultFields? fields = null,
        string? unit = null, long? lost = null, string[]? frames = null)
        => new(kind)
        {
            Probe = probe, Run = run, ReceivedAt = clock?.Invoke(), Name = name, Text = text, Value = value, Fields = fields,
            Unit = unit, LostEvents = lost, Frames = frames, Stack = frames is null ? null : StackText.Functions(frames),
        };

    /// <summary>Makes the result of a histogram.</summary>
    public ProbeResult Of(in MapPlace place, LatencyBucket[] ranges, bool isTime) => new(ResultKind.Histogram)
    {
        Probe = probe, Run = run, ReceivedAt = clock?.Invoke(), Name = place.Map, Print = place.Print, Key = place.Key,
        Keys = place.Keys, Frames = place.Frames, Stack = place.Functions, Interval = place.Declared?.Interval,
        Unit = isTime ? "ns" : place.Declared?.Unit, Histogram = ranges, Count = ranges.Sum(range => range.Count),
        Minimum = ranges is [{ From: > long.MinValue and var least }, ..] ? least : null, Maximum = ranges is [.., var last]
            ? last.Until - 1 : null,
        P50 = ResultRanges.UpTo(ranges, 0.5), P90 = ResultRanges.UpTo(ranges, 0.9), P99 = ResultRanges.UpTo(ranges, 0.99),
    };

    /// <summary>Makes the result of statistics.</summary>
    public ProbeResult Of(in MapPlace place, long? count, long? total, double? mean) => new(ResultKind.Stats)
    {
        Probe = probe, Run = run, ReceivedAt = clock?.Invoke(), Name = place.Map, Print = place.Print, Key = place.Key,
        Keys = place.Keys, Frames = place.Frames, Stack = place.Functions, Unit = place.Declared?.Unit, Count = count,
        Total = total, Mean = mean,
    };

    /// <summary>Makes the result of a value.</summary>
    public ProbeResult Of(in MapPlace place, object? value, string[]? frames) => new(ResultKind.Map)
    {
        Probe = probe, Run = run, ReceivedAt = clock?.Invoke(), Name = place.Map, Print = place.Print, Key = place.Key,
        Keys = place.Keys, Frames = place.Frames ?? frames, Unit = place.Declared?.Unit, Value = value,
        Stack = place.Functions ?? (frames is null ? null : StackText.Functions(frames)),
    };
}
