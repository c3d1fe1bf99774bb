using System.Globalization;
using System.Text;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison;

/// <summary>One number of two sets of recordings, before and after, with a verdict and what it rests on.</summary>
public sealed class TraceDifference
{
    internal TraceDifference() { }

    /// <summary>The kind: <c>Call</c> for edges and functions, else the kind of the intervals, such as <c>Wakeup</c>.</summary>
    public string Kind { get; internal init; } = "";

    /// <summary>
    /// What the number is about: <c>caller → callee</c>, a function, or the key of the latency; null for all intervals of the
    /// kind. Untrusted text.
    /// </summary>
    public string? Key { get; internal init; }

    /// <summary>The calling function of an edge; null if it is no edge, or if the caller is not known.</summary>
    public string? Caller { get; internal init; }

    /// <summary>The called function of an edge or function; null for latencies.</summary>
    public string? Callee { get; internal init; }

    /// <summary>
    /// The number: <c>Rate</c> (per second of observed CPU time, or per operation), <c>P50</c>, <c>P90</c>, <c>P99</c> or <c>Max</c>
    /// (nanoseconds).
    /// </summary>
    public string Metric { get; internal init; } = "";

    /// <summary>The unit of the number, such as <c>ns</c>, <c>1/CPU-s</c> or <c>1/sys_enter</c>.</summary>
    public string Unit { get; internal init; } = "";

    /// <summary>The number before: the median of its recordings; null if it is not known.</summary>
    public double? Before { get; internal init; }

    /// <summary>The number after: the median of its recordings; null if it is not known.</summary>
    public double? After { get; internal init; }

    /// <summary>
    /// After by before, as the method estimates it; null if there is none, as for what is new or gone.
    /// </summary>
    public double? Ratio { get; internal init; }

    /// <summary>
    /// The lower end of the confidence interval of the ratio, of 95 % with <c>RankTest</c> and of 99 % with <c>SinglePair</c> and
    /// <c>FewRecordings</c>; null if there is none.
    /// </summary>
    public double? RatioLow { get; internal init; }

    /// <summary>
    /// The upper end of the confidence interval of the ratio, of 95 % with <c>RankTest</c> and of 99 % with <c>SinglePair</c> and
    /// <c>FewRecordings</c>; null if there is none.
    /// </summary>
    public double? RatioHigh { get; internal init; }

    /// <summary>The p-value, corrected for the number of rows (Holm); null if the method has none.</summary>
    public double? PValue { get; internal init; }

    /// <summary>Whether the change is significant; null if the method cannot tell, as with one recording on each side.</summary>
    public bool? IsSignificant { get; internal init; }

    /// <summary>
    /// <c>New</c>, <c>Gone</c>, <c>Both</c> if it is in both sides, or <c>Unknown</c> if it is in one and they are not comparable.
    /// </summary>
    public string Presence { get; internal init; } = "Both";

    /// <summary>
    /// <c>Regressed</c>, <c>Improved</c>, <c>NoDifference</c>, <c>Inconclusive</c> or <c>NotComparable</c>. More calls count as
    /// regressed, fewer as improved: whether that is bad, only the reader knows.
    /// </summary>
    public string Verdict { get; internal init; } = nameof(DifferenceVerdict.Inconclusive);

    /// <summary><c>RankTest</c>, <c>FewRecordings</c>, <c>SinglePair</c> or <c>None</c>.</summary>
    public string Method { get; internal init; } = nameof(DifferenceMethod.None);

    /// <summary>Why the verdict is not another one, and why recordings are not comparable, as sentences.</summary>
    public IReadOnlyList<string> Reasons { get; internal init; } = [];

    /// <summary>
    /// What moved the number: first the causes, the largest first, then who has the intervals. Empty if nothing did, or if it is not
    /// known.
    /// </summary>
    public IReadOnlyList<DifferenceShare> Attribution { get; internal init; } = [];

    /// <summary>The intervals or calls before, in all recordings.</summary>
    public long BeforeCount { get; internal init; }

    /// <summary>The intervals or calls after, in all recordings.</summary>
    public long AfterCount { get; internal init; }

    /// <summary>The comparison that the row is of.</summary>
    internal TraceComparison? Comparison { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(Key is null ? Kind : $"{Kind} {Key}")} {Metric}: {Verdict}");
        if (Ratio is { } ratio) text.Append(CultureInfo.InvariantCulture, $", {ratio:0.###} times");
        else if (Presence is "New" or "Gone") text.Append(", ").Append(Presence.ToLowerInvariant());
        if (RatioLow is { } low && RatioHigh is { } high) text.Append(CultureInfo.InvariantCulture, $" ({low:0.###} to {high:0.###})");
        if (Method != nameof(DifferenceMethod.None)) text.Append(", ").Append(Method);
        if (Attribution is [var first, ..]) text.Append(", moved by ").Append(first);
        return TerminalText.Escape(text.ToString());
    }
}
