using System.Globalization;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs;

/// <summary>Makes what a comparison needs of measurements: each run is one sample of its side, as a recording is.</summary>
internal static class MeasurementSamples
{
    private static readonly InputKind Kind = new("log", ErrorCode.LogNotFound, ErrorCode.LogUnreadable, ErrorCode.LogUnreadable);

    /// <summary>Whether a file is a log of measurements. False for one that cannot be read, which others report.</summary>
    public static bool IsLog(string path)
    {
        if (path is "-" or "" || !File.Exists(path)) return false;
        try
        {
            // A FIFO can be read once.
            InputHandle.OpenRegular(path).Dispose();
            using var file = InputFile.Open(path, Kind);
            var end = file.Head.IndexOf((byte)'\n');
            var line = end < 0 ? file.Head : file.Head[..end];
            return line.IndexOf("{\"schemaVersion\":\"1."u8) >= 0;
        }
        catch (Exception error)
            when (error is KernelMagnifierException or IOException or UnauthorizedAccessException or NotRegularException)
        {
            return false;
        }
    }

    /// <summary>The samples as a baseline is one: without recordings to read again.</summary>
    /// <param name="samples">The samples, at least one.</param>
    /// <param name="path">What they are called.</param>
    public static TraceBaseline Baseline(IReadOnlyList<TraceSample> samples, string path)
        => new(samples[0].Plan, samples) { Path = path };

    /// <summary>The sample of a run; null if it has no latencies.</summary>
    public static TraceSample? Of(Measurement record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Latencies.Count == 0) return null;
        var kinds = KindsOf(record);
        var plan = new SamplePlan { Kinds = kinds, HasCalls = false, By = Grouping(record.Request.By) };
        var duration = record.Duration is { Ticks: > 0 } span ? DurationText.Nanoseconds(span) : (long?)null;
        return new TraceSample
        {
            Info = Info(record, duration, kinds), Machine = record.Machine, Plan = plan, IsRecording = false,
            Latencies =
            [
                .. ByName(record.Latencies).Where(latency => latency.Count > 0).Select(latency => Sample(latency, duration ?? 1)),
            ],
        };
    }

    private static TraceInfo Info(Measurement record, long? duration, IReadOnlyList<IntervalKind> kinds)
        => new((record.HostName ?? record.MachineId ?? "a host") + " "
            + record.StartTime.UtcDateTime.ToString("o", CultureInfo.InvariantCulture))
        {
            // Different methods measure with different errors, as different formats do.
            Format = $"measurement by {record.Method ?? "an unknown method"}", Unit = record.Latencies[0].Row.Unit,
            KernelRelease = record.KernelRelease, Cpus = record.Cpus,
            Events = record.Events ?? 0, LostEvents = record.LostEvents ?? 0,
            FirstTime = duration is null ? null : 0, LastTime = duration,
            ObservedTime = duration is { } time && record.Cpus is { } cpus
                ? (long)Int128.Min((Int128)time * cpus, long.MaxValue) : null,
            EventKinds = Events(kinds),
        };

    /// <summary>The kinds that a run can tell: those of its presets, of which it may have had no interval.</summary>
    private static IReadOnlyList<IntervalKind> KindsOf(Measurement record)
    {
        if (record.Request.Kind.Count > 0)
            return [.. record.Request.Kind.Where(Enum.GetNames<IntervalKind>().Contains).Select(Enum.Parse<IntervalKind>)
                .Union(record.Latencies.Select(latency => latency.Row.Kind)).Order()];
        var events = EventPreset.All
            .Where(preset => record.Request.Preset.Contains(preset.Name, StringComparer.OrdinalIgnoreCase))
            .SelectMany(preset => preset.Events).ToHashSet();
        return [.. IntervalNeeds.Kinds.Where(kind => IntervalNeeds.Of(kind).All(group => group.Any(events.Contains)))
            .Union(record.Latencies.Select(latency => latency.Row.Kind)).Order()];
    }

    /// <summary>The events that the kinds are made of. Their numbers are not known.</summary>
    private static Dictionary<string, long> Events(IReadOnlyList<IntervalKind> kinds)
        => kinds.SelectMany(IntervalNeeds.Of).Select(group => group[0].Replace("*", "all", StringComparison.Ordinal)).Distinct()
            .ToDictionary(name => name, _ => 1L);

    private static LatencyGrouping Grouping(IReadOnlyList<string> by)
        => by.Aggregate(LatencyGrouping.None, (all, name)
            => Enum.TryParse<LatencyGrouping>(name, ignoreCase: true, out var one) && Enum.IsDefined(one) ? all | one : all);

    /// <summary>Latencies by the names of tasks and system calls, because pids and numbers differ between machines.</summary>
    private static IReadOnlyList<Latency.Latency> ByName(IReadOnlyList<Latency.Latency> latencies)
    {
        var merger = new LatencyMerger();
        foreach (var latency in latencies) merger.Add(latency, LatencyMerger.ByName(latency.Row));
        return merger.Latencies();
    }

    private static LatencySample Sample(Latency.Latency latency, long duration)
    {
        // A run has no times within it, so that it is one block.
        var times = new TimeHistogram(0, duration);
        foreach (var range in latency.Histogram) times.Add(0, RangedLatency.Middle(range), range.Count);
        return new LatencySample(latency.Row.Kind, latency.Key)
        {
            Count = latency.Count, Sum = latency.SumNanoseconds,
            Min = latency.MinNanoseconds ?? 0, Max = latency.MaxNanoseconds ?? 0,
            P50 = latency.P50Nanoseconds ?? 0, P90 = latency.P90Nanoseconds ?? 0, P99 = latency.P99Nanoseconds ?? 0,
            Times = times,
        };
    }
}
