using System.Globalization;
using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Formats the numbers of differences.</summary>
internal static class DifferenceText
{
    /// <summary>A number with about three digits; a question mark if it is not known.</summary>
    public static string Number(double? number)
    {
        if (number is not { } value || !double.IsFinite(value)) return "?";
        var format = Math.Abs(value) switch
        {
            0 => "0",
            < 0.001 => "0.0e0",
            < 1 => "0.###",
            < 10 => "0.##",
            < 100 => "0.#",
            < 1e9 => "#,##0",
            _ => "0.##e0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A ratio as a signed change: <c>+38 %</c>, <c>−12 %</c>, <c>±0 %</c>, and <c>×25</c> from ten times.</summary>
    public static string Percent(double ratio)
    {
        if (!double.IsFinite(ratio) || ratio <= 0) return "?";
        if (ratio >= 10) return "×" + Number(ratio);
        var percent = (ratio - 1) * 100;
        var size = Math.Abs(percent);
        // 100 % less would be gone.
        var text = size.ToString(percent <= -99.5 ? "0.0#" : size < 9.95 ? "0.#" : "0", CultureInfo.InvariantCulture);
        if (percent < 0 && text.StartsWith("100", StringComparison.Ordinal)) text = "99.99";
        return (text == "0" ? "±" : percent < 0 ? "−" : "+") + text + " %";
    }

    /// <summary>A verdict about calls in words.</summary>
    public static string Verdict(string verdict) => verdict switch
    {
        nameof(DifferenceVerdict.Regressed) => "more calls",
        nameof(DifferenceVerdict.Improved) => "fewer calls",
        nameof(DifferenceVerdict.NoDifference) => "no difference",
        nameof(DifferenceVerdict.NotComparable) => "not comparable",
        _ => "inconclusive",
    };

    /// <summary>The method of a verdict, as a clause.</summary>
    public static string Method(string method) => method switch
    {
        nameof(DifferenceMethod.RankTest)
            => "an exact rank test over the recordings shows that it has changed, corrected for the number of rows",
        nameof(DifferenceMethod.FewRecordings)
            => "a bootstrap over blocks of time shows that it has changed; for significance, each side needs four recordings",
        nameof(DifferenceMethod.SinglePair)
            => "a bootstrap over blocks of time of this single pair shows that it has changed, which is never significant",
        _ => "the evidence shows that it has changed",
    };
}
