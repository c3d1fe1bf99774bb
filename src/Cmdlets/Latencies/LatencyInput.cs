using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Charts;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// The input of a cmdlet that draws latencies: latencies and intervals of this module, and their copies that come back from a
/// file or another process.
/// </summary>
/// <param name="cmdlet">The cmdlet, which reports errors of the input.</param>
internal sealed class LatencyInput(PSCmdlet cmdlet)
{
    private const string TypeOfLatency = "KernelMagnifier.Latency.Latency", TypeOfInterval = "KernelMagnifier.Latency.Interval";
    private const int MostBuckets = 1 << 16;

    private static readonly (string Property, int PerMille)[] Ranks =
        [("P50Nanoseconds", 500), ("P90Nanoseconds", 900), ("P99Nanoseconds", 990), ("P999Nanoseconds", 999)];

    private readonly List<ChartSeries> _series = [];
    private readonly IntervalSeries _intervals = new();
    private readonly HashSet<TraceInfo> _traces = [];
    private readonly HashSet<TraceSource> _sources = [];

    /// <summary>The recordings that are known.</summary>
    public IReadOnlyCollection<TraceInfo> Traces
        => [.. _traces.Concat(_sources.Select(s => s.Info).OfType<TraceInfo>()).Distinct()];

    /// <summary>The files of the recordings.</summary>
    public IReadOnlyList<InputIdentity> Inputs => [.. TraceInfo.InputsOf(Traces), .. _sources.SelectMany(s => s.Inputs)];

    /// <summary>The series, in the order of the input.</summary>
    public IReadOnlyList<ChartSeries> Series => [.. _series, .. _intervals.All()];

    /// <summary>Takes an object or a collection of them.</summary>
    public void Read(object? input)
    {
        var item = input is PSObject wrapped ? wrapped.BaseObject : input;
        if (item is IEnumerable and not (string or IDictionary))
            foreach (var element in (IEnumerable)item)
                ReadOne(element);
        else ReadOne(input);
    }

    private void ReadOne(object? input)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            case Latency.Latency latency:
                _traces.UnionWith(latency.Traces);
                _series.Add(LatencySeries.Of(latency));
                break;
            case Interval interval:
                _sources.Add(interval.Origin.Source);
                _intervals.Add(interval.Kind, interval.Recording, interval.Unit == nameof(ClockUnit.Counts), interval.Record.End,
                    interval.Record.Length);
                break;
            default:
                Convert(input);
                break;
        }
    }

    private void Convert(object? input)
    {
        try
        {
            var properties = input is null ? null : new InputProperties(input);
            if (properties is not null && Is(properties, TypeOfInterval)) Add(properties);
            else if (properties is not null && Is(properties, TypeOfLatency)) _series.Add(Latency(properties));
            else cmdlet.ThrowTerminatingError(ErrorFactory.NotALatency(input));
        }
        catch (InputException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, input));
        }
    }

    private static bool Is(InputProperties input, string type)
        => input.TypeNames.Select(name => name.Split('#')[0])
            .Any(name => name == type || name.EndsWith("." + type, StringComparison.Ordinal));

    private void Add(InputProperties input)
    {
        var isCounts = input.Text(nameof(Interval.Unit)) == nameof(ClockUnit.Counts);
        var length = input.Integer(nameof(Interval.DurationNanoseconds), 0, long.MaxValue)
            ?? throw new InputException(nameof(Interval.DurationNanoseconds), null, "an interval");
        _intervals.Add(Kind(input), input.Text(nameof(Interval.Recording)), isCounts,
            input.Scaled(nameof(Interval.End), isCounts ? 1 : 1_000_000_000, -9e9, isCounts ? 9e18 : 9e9), length);
    }

    private static ChartSeries Latency(InputProperties input)
    {
        var isCounts = input.Text(nameof(Interval.Unit)) == nameof(ClockUnit.Counts);
        var unit = isCounts ? 1 : 1_000_000_000;
        var count = input.Integer("Count", 0, TimeHistogram.MostIntervals) ?? throw new InputException("Count", null, "a latency");
        var least = input.Integer("MinNanoseconds", 0, long.MaxValue) ?? 0;
        var most = input.Integer("MaxNanoseconds", least, long.MaxValue) ?? least;
        var from = input.Scaled("From", unit, -9e18, 9e18);
        var buckets = Buckets(input).ToList();
        if (count > 0 && buckets.Sum(b => b.Count) != count)
            throw new InputException("Histogram", input.Value("Histogram"), "ranges with as many intervals as the count");
        var times = TimeHistogram.Parse(input.Text("OverTime"));
        if (times is not null && times.Total != count)
            throw new InputException("OverTime", input.Value("OverTime"), "as many intervals as the count");
        return new ChartSeries
        {
            Kind = Kind(input), Key = LatencySeries.KeyText(input.Text("Key"), input.Text("Name")),
            Recordings = input.Text("Recording") is { } recording ? [recording] : [], Count = count,
            Min = least, Max = most, Percentiles = Percentiles(input),
            Buckets = LatencySeries.Clipped(buckets, most), OverTime = times, From = from,
            Every = from is null ? null : input.Scaled("Until", unit, -9e18, 9e18) - from, IsInCounts = isCounts,
        };
    }

    private static string Kind(InputProperties input)
        => input.Text("Kind") ?? throw new InputException("Kind", null, "a latency");

    private static Dictionary<int, long> Percentiles(InputProperties input)
    {
        var found = new Dictionary<int, long>();
        foreach (var (property, rank) in Ranks)
            if (input.Integer(property, 0, long.MaxValue) is { } value)
                found[rank] = value;
        return found;
    }

    private static IEnumerable<LatencyBucket> Buckets(InputProperties input)
    {
        if (input.Value("Histogram") is not IEnumerable buckets || buckets is string) yield break;
        var seen = 0;
        var before = 0L;
        foreach (var bucket in buckets)
        {
            if (bucket is null || ++seen > MostBuckets) throw new InputException("Histogram", bucket ?? "", "ranges of lengths");
            var range = new InputProperties(bucket);
            var from = range.Integer("From", before, 1L << 62)
                ?? throw new InputException("Histogram", bucket, "ranges of lengths");
            before = range.Integer("Until", from + 1, long.MaxValue) ?? from + 1;
            yield return new LatencyBucket(from, range.Integer("Until", from + 1, long.MaxValue),
                range.Integer("Count", 1, TimeHistogram.MostIntervals) ?? throw new InputException("Histogram", bucket, "ranges of lengths"));
        }
    }
}
