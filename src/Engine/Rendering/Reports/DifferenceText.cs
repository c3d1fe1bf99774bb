using System.Globalization;
using KernelMagnifier.Comparison;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>The numbers of differences as texts for people.</summary>
internal static class DifferenceText
{
    /// <summary>The number before or after, with a unit that fits; null for null.</summary>
    public static string? Of(double? value, string unit) => value is not { } known ? null : unit switch
    {
        "ns" => DurationText.Of((decimal)Math.Min(known, 9e18)),
        "counts" => DurationText.OfCounts((decimal)Math.Min(known, 9e18)),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Rounded(known)} {unit}"),
    };

    /// <summary>The ratio, such as <c>1.32x</c>; what is new or gone is named so.</summary>
    public static string? Ratio(double? ratio, string presence)
        => presence is "New" or "Gone" ? presence.ToLowerInvariant() : ratio is { } known ? $"{Rounded(known)}x" : null;

    /// <summary>The confidence interval of the ratio; null if there is none.</summary>
    public static string? Interval(double? low, double? high)
        => low is { } from && high is { } to ? $"{Rounded(from)}–{Rounded(to)}" : null;

    /// <summary>The p-value; null if there is none.</summary>
    public static string? PValue(double? value) => value is not { } known ? null
        : known < 0.0001 ? "<0.0001" : known.ToString(known < 0.01 ? "0.####" : "0.###", CultureInfo.InvariantCulture);

    /// <summary>What moved the number most, such as <c>hog 62 %</c>; null if it is not known.</summary>
    public static string? Attribution(TraceDifference row)
        => row.Attribution is not [var first, ..] ? null : string.Create(CultureInfo.InvariantCulture,
            $"{TerminalText.Escape(first.Name ?? first.What)}{(first.Percent is { } percent ? $" {percent:0} %" : "")}");

    private static string Rounded(double value) => value switch
    {
        0 => "0",
        >= 1e15 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 1000 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("0.####", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##e0", CultureInfo.InvariantCulture),
    };
}
