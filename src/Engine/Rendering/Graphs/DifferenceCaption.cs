using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The caption of a difference graph: both sides, drift, what the numbers are, and the rule of the verdicts.</summary>
internal static class DifferenceCaption
{
    private const int LongestName = 100, LongestTitle = 110, MostDrift = 4;

    /// <summary>The caption.</summary>
    public static GraphCaption Of(GraphDifference difference, GraphModel model, GraphOptions options, string? omitted)
    {
        var traces = difference.Graph.Traces;
        var lines = new List<string>();
        if (difference.Comparison is { } sides)
        {
            lines.Add($"Before: {Side(sides.Before)} · After: {Side(sides.After)}");
            lines.AddRange(sides.Drift.Take(MostDrift).Select(d => $"Drift: {d}"));
            if (sides.Drift.Count > MostDrift) lines.Add($"Drift: {sides.Drift.Count - MostDrift} more differences");
        }
        lines.Add($"{difference.Summary()}; {DisplayText.Count(model.Nodes.Count, "function")}");
        lines.Add(Numbers(difference));
        lines.Add(Rule(difference));
        var title = options.Title ?? Title(difference);
        return new GraphCaption(title, lines, Losses.Text(traces), Losses.Any(traces), omitted, null);
    }

    /// <summary>What the numbers are.</summary>
    public static string Numbers(GraphDifference difference)
    {
        var per = difference.Comparison?.Per is { Length: > 0 } what ? $"calls per {what} ({difference.Unit})"
            : $"calls in {difference.Unit}";
        return $"Numbers: {per}, the median of the recordings of each side: before → after, and the change";
    }

    /// <summary>When a function or edge counts as changed.</summary>
    public static string Rule(GraphDifference difference)
    {
        var least = difference.Comparison?.Threshold is { } threshold
            ? string.Create(CultureInfo.InvariantCulture, $"at least {threshold * 100:0.##} %") : "at least the threshold";
        if (!difference.HasVerdicts)
            return $"No change has a verdict: the evidence is too little. Pale colours show the direction of changes of {least}";
        return $"Coloured: a change of {least}, if {DifferenceText.Method(difference.Method)}. Grey: no difference or no verdict";
    }

    /// <summary>The names of a side, such as <c>before.dat</c>.</summary>
    public static string Names(IReadOnlyList<TraceInfo> traces)
        => traces.Count == 0 ? "?" : DisplayText.Shorten(RecordingTitle.Names(traces), LongestName);

    private static string Title(GraphDifference difference)
        => difference.Comparison is not { } sides ? "Difference of calls"
            : DisplayText.Shorten($"Calls in {Names(sides.Before)} → {Names(sides.After)}", LongestTitle);

    private static string Side(IReadOnlyList<TraceInfo> traces)
    {
        var text = $"{DisplayText.Count(traces.Count, "recording")}, {Names(traces)}";
        var kernels = traces.Select(t => t.KernelRelease).OfType<string>().Distinct().ToList();
        return kernels.Count == 0 ? text : $"{text}, kernel {DisplayText.Shorten(string.Join(", ", kernels), LongestName)}";
    }
}
