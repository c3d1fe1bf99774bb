using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Rendering.Charts;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// The input of a cmdlet that draws latencies: latencies and intervals of this module, and their copies that come back from a
/// file or another process.
/// </summary>
/// <param name="cmdlet">The cmdlet, which reports errors of the input.</param>
internal sealed class LatencyInput(PSCmdlet cmdlet)
{
    private const string TypeOfInterval = "KernelMagnifier.Latency.Interval";

    private readonly List<ChartSeries> _series = [];
    private readonly IntervalSeries _intervals = new();
    private readonly List<ProbeResult> _results = [];
    private readonly HashSet<TraceInfo> _traces = [];
    private readonly HashSet<TraceSource> _sources = [];

    /// <summary>The recordings that are known.</summary>
    public IReadOnlyCollection<TraceInfo> Traces
        => [.. _traces.Concat(_sources.Select(s => s.Info).OfType<TraceInfo>()).Distinct()];

    /// <summary>The files of the recordings.</summary>
    public IReadOnlyList<InputIdentity> Inputs => [.. TraceInfo.InputsOf(Traces), .. _sources.SelectMany(s => s.Inputs)];

    /// <summary>The series, in the order of the input.</summary>
    public IReadOnlyList<ChartSeries> Series
        => [.. _series, .. _intervals.All(), .. LastResults().Select(ResultSeries.Of).OfType<ChartSeries>()];

    /// <summary>The histograms of probes that count no times, such as bytes, in the order of the input.</summary>
    public IReadOnlyList<ProbeResult> OtherHistograms
        => [.. LastResults().Where(result => result.Histogram is not null && !ResultLatencies.IsOfTimes(result))];

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
            case ProbeResult result: _results.Add(result); break;
            default:
                Convert(input);
                break;
        }
    }

    private IReadOnlyList<ProbeResult> LastResults() => ResultLatencies.LastPrints(_results, out _);

    private void Convert(object? input)
    {
        try
        {
            var properties = input is null ? null : new InputProperties(input);
            if (properties is not null && LatencyCopy.Is(properties, TypeOfInterval)) Add(properties);
            else if (properties is not null && LatencyCopy.Is(properties))
                _series.Add(LatencySeries.Of(LatencyCopy.Of(properties)));
            else if (ProbeResultCopy.Of(input) is { } result) _results.Add(result);
            else cmdlet.ThrowTerminatingError(ErrorFactory.NotALatency(input));
        }
        catch (InputException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, input));
        }
    }

    private void Add(InputProperties input)
    {
        var isCounts = input.Text(nameof(Interval.Unit)) == nameof(ClockUnit.Counts);
        var length = input.Integer(nameof(Interval.DurationNanoseconds), 0, long.MaxValue)
            ?? throw new InputException(nameof(Interval.DurationNanoseconds), null, "an interval");
        _intervals.Add(Kind(input), input.Recording, isCounts,
            input.Scaled(nameof(Interval.End), isCounts ? 1 : 1_000_000_000, -9e9, isCounts ? 9e18 : 9e9), length);
    }

    private static string Kind(InputProperties input)
        => input.Text("Kind") ?? throw new InputException("Kind", null, "a latency");
}
