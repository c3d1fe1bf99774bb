using System.Globalization;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The caption of a picture: what it shows, of which recording, under which filter, and what it does not show.</summary>
/// <param name="Title">The title.</param>
/// <param name="Lines">The recording, the number of calls and the filter.</param>
/// <param name="Lost">The number of lost events. Always present.</param>
/// <param name="HasLost">Whether events were lost or input was not parsed.</param>
/// <param name="Omitted">What is not drawn; null when everything is.</param>
/// <param name="Border">The source paths that dashed functions are outside of; null when the filter has none.</param>
internal sealed record GraphCaption(
    string Title, IReadOnlyList<string> Lines, string Lost, bool HasLost, string? Omitted, string? Border)
{
    private const int LongestName = 100, LongestBorder = 60, LongestFunction = 60, MostOnPath = 9;

    /// <summary>The caption of a graph.</summary>
    public static GraphCaption Of(GraphModel model, GraphOptions options, string? omitted, GraphMarks? marks = null)
    {
        if (options.Difference is { } difference) return DifferenceCaption.Of(difference, model, options, omitted);
        var traces = model.Graph.Traces;
        var lines = new List<string>();
        if (About(traces, options) is { Count: > 0 } about) lines.Add(string.Join(" · ", about));
        var all = traces.Sum(t => t.Calls);
        var calls = DisplayText.Count(Math.Max(all, model.Calls), "call");
        lines.Add((all > model.Calls ? $"{DisplayText.Number(model.Calls)} of {calls}" : calls)
            + $", {DisplayText.Count(model.Nodes.Count, "function")}, {DisplayText.Count(model.Edges.Count, "edge")}");
        lines.Add(FilterText.Of(options.Filter, options.MinCount, traces));
        if (Paths(model.Graph, options, marks) is { } shown) lines.Add(shown);

        var border = options.Filter?.SourcePath is { Count: > 0 } paths
            ? DisplayText.Shorten(string.Join(", ", paths), LongestBorder) : null;
        var title = options.Title ?? RecordingTitle.Of(traces, model.Graph.Edges.Select(edge => edge.Recording));
        return new GraphCaption(title, lines, Losses.Text(traces), Losses.Any(traces), omitted, border);
    }

    private static List<string> About(IReadOnlyList<TraceInfo> traces, GraphOptions options)
    {
        var about = new List<string>();
        if (options.Title is not null && traces.Count > 0) about.Add(RecordingTitle.Names(traces));
        if (traces.Select(t => t.KernelRelease).OfType<string>().Distinct().ToList() is { Count: > 0 } releases)
            about.Add("kernel " + DisplayText.Shorten(string.Join(", ", releases), LongestName));
        if (traces.Select(t => t.Tracer ?? t.Format).Where(t => t.Length > 0).Distinct().ToList() is { Count: > 0 } kinds)
            about.Add(DisplayText.Shorten(string.Join(", ", kinds), LongestName));
        if (traces is [{ Duration: { } seconds }]) about.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s"));
        if (traces.Count > 0 && traces.Max(t => t.Cpus) is > 0 and var cpus) about.Add(DisplayText.Count(cpus, "CPU"));
        return about;
    }

    /// <summary>The paths that are drawn or highlighted, in words; null when there are no such options.</summary>
    private static string? Paths(CallGraph graph, GraphOptions options, GraphMarks? marks)
    {
        var parts = new List<string>();
        if (options.From.Count > 0 && options.To.Count > 0)
            parts.Add($"Only paths from {FilterText.List(options.From)} to {FilterText.List(options.To)}");
        else if (GraphPaths.FollowsStacks(graph, options.From, options.To))
            parts.Add($"Only calls at or below {FilterText.List(options.From)}");
        else if (options.From.Count > 0) parts.Add($"Only calls reachable from {FilterText.List(options.From)} by caller links");
        else if (options.To.Count > 0) parts.Add($"Only calls on paths to {FilterText.List(options.To)}");
        if (options.Highlight.Count > 0) parts.Add($"Highlighted: paths through {FilterText.List(options.Highlight)}");
        if (marks?.HotPath is [var first, ..] path)
        {
            List<string> names = [first.Caller.Symbol.Name, .. path.Select(e => e.Callee.Symbol.Name)];
            // The start and the end of a long path identify it best.
            if (names.Count > MostOnPath) names = [.. names.Take(5), $"… {names.Count - 8} more …", .. names.TakeLast(3)];
            parts.Add("Hot path: " + string.Join(" → ", names.Select(n => DisplayText.Shorten(n, LongestFunction))));
        }
        return parts.Count == 0 ? null : string.Join(" · ", parts);
    }
}
