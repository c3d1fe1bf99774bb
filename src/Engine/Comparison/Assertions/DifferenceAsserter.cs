using System.Globalization;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison.Assertions;

/// <summary>
/// Checks that nothing regressed against a baseline. A row that cannot be compared, or has too little evidence, does not pass.
/// </summary>
/// <param name="threshold">The least change that matters, such as 0.05.</param>
/// <param name="next">The command that looks closer.</param>
internal sealed class DifferenceAsserter(double threshold, string next)
{
    /// <summary>Checks a row of a comparison.</summary>
    public TraceAssertion Check(TraceDifference row) => new()
    {
        Subject = string.Join(' ', new[] { row.Kind, row.Key, row.Metric }.Where(part => !string.IsNullOrEmpty(part))),
        Expected = row.Before is { } before
            ? string.Create(CultureInfo.InvariantCulture, $"less than {threshold:0.##%} above {Number(before, row.Unit)}")
            : "not more than in the baseline",
        Found = row.After is { } after ? Number(after, row.Unit) : "no interval",
        Outcome = row.Verdict switch
        {
            nameof(DifferenceVerdict.Regressed) => "Failed",
            nameof(DifferenceVerdict.Improved) or nameof(DifferenceVerdict.NoDifference) => "Passed",
            _ => "Undecided",
        },
        Evidence = Evidence(row), NextCommand = next,
        Recording = row.Comparison is { After: [var only] } ? only.Path : null,
    };

    /// <summary>The assertion about rows that there are none of.</summary>
    public TraceAssertion Nothing() => new()
    {
        Subject = "Baseline", Expected = "intervals to compare", Found = "none", Outcome = "Undecided",
        Evidence = "The recordings and the baseline have no intervals of these kinds.", NextCommand = next,
    };

    private static string Evidence(TraceDifference row)
    {
        var ratio = row is { Ratio: { } known, RatioLow: { } low, RatioHigh: { } high }
            ? string.Create(CultureInfo.InvariantCulture, $", ratio {known:0.###} ({low:0.###} to {high:0.###})") : "";
        var p = row.PValue is { } value ? string.Create(CultureInfo.InvariantCulture, $", p {value:0.####}") : "";
        var reasons = row.Reasons.Count == 0 ? "" : $" {string.Join(' ', row.Reasons.Select(AsSentence))}";
        var cause = row.Attribution is [var first, ..] ? $" Mostly {first.What} {first.Name}." : "";
        return $"{row.Verdict} ({row.Method}){ratio}{p}.{reasons}{cause}";
    }

    private static string AsSentence(string reason)
        => reason.Length == 0 ? "" : $"{char.ToUpperInvariant(reason[0])}{reason[1..].TrimEnd('.')}.";

    private static string Number(double value, string unit) => unit switch
    {
        "ns" => DurationText.Of((decimal)Math.Min(value, 9e18)),
        "counts" => DurationText.OfCounts((decimal)Math.Min(value, 9e18)),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {unit}"),
    };
}
