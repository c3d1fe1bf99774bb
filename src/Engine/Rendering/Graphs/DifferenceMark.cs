using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>What a difference graph shows of a row: its numbers in words, and how strong the change is.</summary>
internal sealed class DifferenceMark
{
    // A change by this factor has the strongest colour and the widest line.
    private const double StrongestFactor = 8;

    public DifferenceMark(TraceDifference row)
    {
        Row = row;
        Before = row.Before ?? (row.Presence == "New" ? 0 : null);
        After = row.After ?? (row.Presence == "Gone" ? 0 : null);
        Ratio = row.Ratio ?? (Before > 0 && After > 0 ? After / Before : null);
        Change = row.Verdict switch
        {
            nameof(DifferenceVerdict.Regressed) => row.Presence == "New" ? DifferenceChange.New : DifferenceChange.More,
            nameof(DifferenceVerdict.Improved) => row.Presence == "Gone" ? DifferenceChange.Gone : DifferenceChange.Less,
            _ => DifferenceChange.None,
        };
        Strength = Change is DifferenceChange.New or DifferenceChange.Gone ? 1
            : Change == DifferenceChange.None || Ratio is not > 0 ? 0
            : Math.Min(1, Math.Abs(Math.Log(Ratio.Value)) / Math.Log(StrongestFactor));
    }

    public TraceDifference Row { get; }

    /// <summary>The number before; 0 for what is new, null if it is not known.</summary>
    public double? Before { get; }

    /// <summary>The number after; 0 for what is gone, null if it is not known.</summary>
    public double? After { get; }

    /// <summary>After by before, as the comparison estimates it; null if there is none.</summary>
    public double? Ratio { get; }

    public DifferenceChange Change { get; }

    /// <summary>The direction of the change whatever the verdict: what is shown, in pale, where no row has a verdict.</summary>
    /// <param name="threshold">The smallest change that counts.</param>
    public DifferenceChange Direction(double threshold) => Row.Presence switch
    {
        "New" => DifferenceChange.New,
        "Gone" => DifferenceChange.Gone,
        _ when Row.Verdict == nameof(DifferenceVerdict.NoDifference) => DifferenceChange.None,
        _ => Ratio >= 1 + threshold ? DifferenceChange.More
            : Ratio * (1 + threshold) <= 1 ? DifferenceChange.Less : DifferenceChange.None,
    };

    /// <summary>From 0 (no change) to 1 (new, gone, or changed by a factor of eight).</summary>
    public double Strength { get; }

    /// <summary>
    /// The size of the change, by which edges are chosen: the difference of the square roots of the numbers. It weighs a rare
    /// call that became frequent more than the same number of calls added to a frequent one.
    /// </summary>
    public double Score => Before is { } before && After is { } after ? Math.Abs(Math.Sqrt(after) - Math.Sqrt(before)) : 0;

    /// <summary>The change with its sign: <c>+38 %</c>, <c>new</c> or <c>gone</c>; <c>?</c> if it is not known.</summary>
    public string Label => Row.Presence switch
    {
        "New" => "new",
        "Gone" => "gone",
        _ => Ratio is { } ratio ? DifferenceText.Percent(ratio) : "?",
    };

    /// <summary>Both numbers: <c>12.3 → 17</c>.</summary>
    public string Numbers => $"{DifferenceText.Number(Before)} → {DifferenceText.Number(After)}";

    /// <summary>The verdict in words.</summary>
    public string Verdict => DifferenceText.Verdict(Row.Verdict);
}
