using System.Globalization;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Comparison.Drifts;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison;

/// <summary>What a comparison compares.</summary>
internal sealed record ComparisonPlan
{
    /// <summary>The default of <see cref="Threshold"/>.</summary>
    public const double DefaultThreshold = 0.05;

    /// <summary>What is kept of each recording.</summary>
    public SamplePlan Sample { get; init; } = new();

    /// <summary>The numbers of each latency.</summary>
    public IReadOnlyList<DifferenceMetric> Metrics { get; init; } = Enum.GetValues<DifferenceMetric>();

    /// <summary>The event or function whose number rates are divided by; null for the observed CPU time.</summary>
    public string? Per { get; init; }

    /// <summary>The least change that matters, such as 0.05 for 5 %.</summary>
    public double Threshold { get; init; } = DefaultThreshold;

    /// <summary>The drift that is only listed.</summary>
    public IReadOnlySet<DriftKind> AllowedDrift { get; init; } = new HashSet<DriftKind>();

    /// <summary>Whether calls are compared, or only counted to divide by them.</summary>
    public bool ComparesCalls { get; init; } = true;

    /// <summary>What is kept of recordings: calls too if rates are divided by something that can be a function.</summary>
    public SamplePlan SampleFor(SamplePlan sample) => Per is null ? sample : sample with { HasCalls = true };

    /// <summary>The plan for a comparison with baselines: their keys, and no more kinds than they have.</summary>
    /// <param name="baselines">The baselines.</param>
    /// <param name="hasBy">Whether the keys were chosen.</param>
    /// <exception cref="KernelMagnifierException">A baseline has no intervals to filter.</exception>
    public ComparisonPlan With(IReadOnlyList<TraceBaseline> baselines, bool hasBy)
    {
        if (baselines is not [var baseline, ..]) return this;
        if (!Sample.Filter.IsEmpty)
            throw new KernelMagnifierException(ErrorCode.BadRequest, baseline.Path,
                "a baseline has no single intervals, so they cannot be filtered.", "Compare without a filter, or compare the recordings.");
        return hasBy ? this : this with { Sample = Sample with { By = baseline.Plan.By } };
    }

    /// <summary>The names of all kinds: those of intervals, among them <c>Call</c>.</summary>
    public static IReadOnlyList<string> KindNames => IntervalKinds.Names;

    /// <summary>The names of all numbers.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = Enum.GetNames<DifferenceMetric>();

    /// <summary>The names of all drift.</summary>
    public static IReadOnlyList<string> DriftNames { get; } = Enum.GetNames<DriftKind>();

    /// <summary>
    /// Reads a threshold: <c>10%</c>, <c>0.1</c> or <c>1.1x</c>; null if the text is none.
    /// </summary>
    public static double? ParseThreshold(string text)
    {
        var trimmed = text.Trim();
        var (number, scale, shift) = trimmed switch
        {
            [.. var percent, '%'] => (percent.TrimEnd(), 0.01, 0.0),
            [.. var times, 'x' or 'X'] => (times.TrimEnd(), 1.0, -1.0),
            _ => (trimmed, 1.0, 0.0),
        };
        const NumberStyles Styles = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(number, Styles, CultureInfo.InvariantCulture, out var value)) return null;
        // 1.1 - 1 is a little more than 0.1.
        var threshold = Math.Round((value * scale) + shift, 12);
        // 5 could be 5 % or 5 times.
        var isAmbiguous = scale == 1 && shift == 0 && value >= 1;
        return threshold is >= 0 and <= 100 && !isAmbiguous ? threshold : null;
    }
}
