using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Comparison;

/// <summary>Samples of recordings.</summary>
internal static class Samples
{
    /// <summary>Reads a recording of the shared data.</summary>
    public static TraceSample Shared(string file, SamplePlan? plan = null) => Of(SharedData.Shared(file), plan);

    /// <summary>Reads a recording.</summary>
    public static TraceSample Of(string path, SamplePlan? plan = null)
    {
        using var reader = TraceFile.Open(path);
        return new TraceSampler(plan ?? new SamplePlan()).Read(reader, default);
    }

    /// <summary>Compares two sides as everything is compared by default.</summary>
    public static IReadOnlyList<TraceDifference> Compare(
        IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after, ComparisonPlan? plan = null)
        => TraceComparer.Compare(plan ?? new ComparisonPlan { Sample = before.Concat(after).First().Plan }, before, after);

    /// <summary>What a baseline of samples reads as.</summary>
    public static TraceBaseline Saved(params IReadOnlyList<TraceSample> samples)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var stream = File.Create(path)) BaselineWriter.Write(samples[0].Plan, samples, DateTimeOffset.UnixEpoch, stream);
            Assert.True(BaselineFile.IsBaseline(path));
            return BaselineFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Everything that a difference says.</summary>
    public static string Text(TraceDifference d)
        => FormattableString.Invariant($"{d.Kind}|{d.Key}|{d.Caller}|{d.Callee}|{d.Metric}|{d.Unit}|{d.Before}|{d.After}|{d.Ratio}|{d.RatioLow}|{d.RatioHigh}|")
            + FormattableString.Invariant($"{d.PValue}|{d.Presence}|{d.Verdict}|{d.Method}|{d.BeforeCount}|{d.AfterCount}|")
            + string.Join(';', d.Reasons) + "|" + string.Join(';', d.Attribution.Select(s => FormattableString.Invariant($"{s}{s.Before}{s.After}{s.Percent}")));
}
