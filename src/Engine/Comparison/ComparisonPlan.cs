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
        const System.Globalization.NumberStyles Styles = System.Globalization.NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(number, Styles, System.Globalization.CultureInfo.InvariantCulture, out var value)) return null;
        // 1.1 - 1 is a little more than 0.1.
        var threshold = Math.Round((value * scale) + shift, 12);
        return threshold is >= 0 and <= 100 ? threshold : null;
    }
}
