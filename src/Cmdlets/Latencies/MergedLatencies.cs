using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// Latencies, measurements and histograms of probes that Measure-KmLatency merges: those of the same kind and key become one.
/// Results of probes that are no histograms of times are passed over.
/// </summary>
/// <param name="every">The length of the ranges of time that measurements are kept apart by; null for one.</param>
internal sealed class MergedLatencies(TimeSpan? every)
{
    private readonly LatencyMerger _measured = new();
    private readonly List<(Latency.Latency Latency, string Host)> _latencies = [];
    private readonly List<ProbeResult> _results = [];
    private int _replaced;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _latencies.Count + _results.Count == 0 && !HasMeasurements;

    /// <summary>Whether there are measurements.</summary>
    public bool HasMeasurements { get; private set; }

    /// <summary>What is not in the merged latencies.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (IsEmpty) yield break;
            var times = _results.Where(ResultLatencies.IsOfTimes).ToList();
            var without = times.Count(result => ResultLatencies.KindOf(result) is null);
            if (without > 0)
                yield return $"{DisplayText.Count(without, "histogram")} of times are not measured, because the manifest of the "
                    + "probe does not declare which kind of intervals they count. Format-KmHistogram and Export-KmChart show "
                    + "them.";
            if (_measured.HasMoreRows) yield return LogLatencies.MoreRows;
            if (_latencies.Count == 0 && times.Count == 0 && !HasMeasurements)
                yield return "The results have no histogram of times.";
            if (_replaced > 0)
                yield return $"{DisplayText.Count(_replaced, "earlier print")} of maps are not counted: a map grows, and the "
                    + "last print of a run counts. If the program clears the map after each print, the earlier ones are missing.";
        }
    }

    /// <summary>Takes a latency, a measurement, a result of a probe, or a copy of one; false for another object.</summary>
    /// <exception cref="InputException">A value is not that of a latency, measurement or result.</exception>
    public bool TryAdd(PSObject input)
    {
        if (input.BaseObject is Latency.Latency latency) _latencies.Add((latency, ""));
        else if (MeasurementCopy.Of(input) is { } record) Add(record);
        else if (ProbeResultCopy.Of(input) is { } result) _results.Add(result);
        else if (new InputProperties(input) is var copy && LatencyCopy.Is(copy)) _latencies.Add((LatencyCopy.Of(copy), copy.Host ?? ""));
        else return false;
        return true;
    }

    private void Add(Measurement record)
    {
        HasMeasurements = true;
        LogLatencies.Add(_measured, record, every);
    }

    /// <summary>All latencies, merged with those of recordings.</summary>
    /// <param name="measured">The latencies of recordings.</param>
    /// <param name="kinds">The kinds that are asked for; empty for all.</param>
    public IReadOnlyList<Latency.Latency> With(IReadOnlyList<Latency.Latency> measured, IReadOnlyList<IntervalKind> kinds)
    {
        if (IsEmpty) return measured;
        var results = ResultLatencies.LastPrints([.. _results.Where(ResultLatencies.IsOfTimes)], out _replaced)
            .Select(result => ResultLatencies.KindOf(result) is { } kind ? ResultLatencies.Of(result, kind)
                : null).OfType<Latency.Latency>();
        // A task of one host is not that of the same pid on another one.
        var merger = new LatencyMerger();
        foreach (var latency in measured) merger.AddOf("", latency);
        foreach (var (latency, host) in _latencies.Where(one => Wanted(one.Latency))) merger.AddOf(host, latency);
        foreach (var latency in LogLatencies.Sorted(_measured.Latencies()).Concat(results).Where(Wanted)) merger.AddOf("", latency);
        return merger.Latencies();

        bool Wanted(Latency.Latency latency) => kinds.Count == 0 || kinds.Contains(latency.Row.Kind);
    }
}
