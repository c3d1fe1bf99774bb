using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Files;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Reads the recordings and baselines of a comparison.</summary>
internal sealed class CliSampling
{
    private readonly Recordings _recordings;
    private readonly ComparisonPlan _plan;
    private readonly Dictionary<string, TraceBaseline> _baselines = [];
    private readonly TraceSampler _sampler;

    /// <summary>Reads the baselines.</summary>
    /// <param name="recordings">The recordings and baselines of the command line.</param>
    /// <param name="host">The environment of the command.</param>
    /// <param name="plan">The comparison.</param>
    /// <param name="hasBy">Whether the keys were chosen.</param>
    /// <param name="baseline">A further recording or baseline; null for none.</param>
    public CliSampling(Recordings recordings, CliHost host, ComparisonPlan plan, bool hasBy, string? baseline = null)
    {
        _recordings = recordings;
        string[] files = baseline is null ? [.. recordings.Files] : [baseline, .. recordings.Files];
        foreach (var file in files.Distinct())
            if (BaselineFile.IsBaseline(file)) _baselines.Add(file, BaselineFile.Read(file, host.Cancel));
            else if (MeasurementSamples.IsLog(file)) _baselines.Add(file, Log(file, host));
        _plan = plan.With([.. files.Where(_baselines.ContainsKey).Select(file => _baselines[file])], hasBy);
        _sampler = new TraceSampler(_plan.Sample);
    }

    /// <summary>Reads a log, each run of which is one sample.</summary>
    private static TraceBaseline Log(string file, CliHost host)
    {
        var reader = new LogReader();
        TraceSample[] samples = [.. reader.Read(file, host.Cancel).Select(MeasurementSamples.Of).OfType<TraceSample>()];
        foreach (var warning in reader.Findings.Warnings()) host.Warn(warning);
        return samples.Length > 0 ? MeasurementSamples.Baseline(samples, file) : throw new KernelMagnifierException(
            ErrorCode.LogUnreadable, file, "no record of the log has latencies.", "Name a log of measurements of latencies.");
    }

    /// <summary>The files that are read, which an output must not replace.</summary>
    public IReadOnlyList<InputIdentity> Inputs => _recordings.Inputs;

    /// <summary>The values of the filter that nothing in any recording has matched.</summary>
    public IEnumerable<(string Property, string Value)> Unmatched => _sampler.Lists.Unmatched();

    /// <summary>Compares two sides.</summary>
    public IReadOnlyList<TraceDifference> Compare(IReadOnlyList<string> before, IReadOnlyList<string> after)
        => TraceComparer.Compare(_plan, Read(before), Read(after), _recordings.ReadAgain);

    /// <summary>Reads one side.</summary>
    public IReadOnlyList<TraceSample> Read(IEnumerable<string> operands)
        => [.. operands.SelectMany(Recordings.Expand).SelectMany(file => _baselines.TryGetValue(file, out var baseline)
            ? baseline.Samples : [_recordings.Sample(file, _sampler)])];
}
