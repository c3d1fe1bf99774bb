using System.Globalization;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>What stands above a picture: what it shows, of which recording, under which filter, and what is missing from it.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Lines">The recording and the filter.</param>
/// <param name="Lost">Lost events: never left away.</param>
/// <param name="HasLost">Whether anything was lost or not understood.</param>
/// <param name="Omitted">What was left out; null when nothing was.</param>
/// <param name="Border">What the functions drawn apart are outside of; null when there is no such filter.</param>
internal sealed record GraphCaption(string Title, IReadOnlyList<string> Lines, string Lost, bool HasLost, string? Omitted, string? Border)
{
    private const int LongestList = 160;

    /// <summary>The caption of a graph, drawn in part or whole.</summary>
    public static GraphCaption Of(GraphModel model, GraphOptions options, string? omitted, GraphMarks? marks = null)
    {
        var traces = model.Graph.Traces;
        var lines = new List<string>();
        var recording = string.Join(", ", traces.Take(3).Select(t => t.Path == "-" ? "standard input" : DisplayText.Shorten(Path.GetFileName(t.Path), 100)));
        if (traces.Count > 3) recording += $" and {traces.Count - 3} more";
        var about = new List<string>();
        if (options.Title is not null && recording.Length > 0) about.Add(recording);
        if (traces.Select(t => t.KernelRelease).OfType<string>().Distinct().ToList() is { Count: > 0 } releases) about.Add("kernel " + DisplayText.Shorten(string.Join(", ", releases), 100));
        if (traces.Select(t => t.Tracer ?? t.Format).Where(t => t.Length > 0).Distinct().ToList() is { Count: > 0 } kinds) about.Add(DisplayText.Shorten(string.Join(", ", kinds), 100));
        if (traces is [{ Duration: { } seconds }]) about.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s"));
        if (traces.Count > 0 && traces.Max(t => t.Cpus) is > 0 and var cpus) about.Add(cpus == 1 ? "1 CPU" : $"{cpus} CPUs");
        if (about.Count > 0) lines.Add(string.Join(" · ", about));

        var events = traces.Sum(t => t.Calls);
        lines.Add($"{DisplayText.Number(model.Calls)} call events" + (events > model.Calls ? $" of {DisplayText.Number(events)} in the recording" : "")
            + $", {DisplayText.Number(model.Nodes.Count)} functions, {DisplayText.Number(model.Edges.Count)} edges");
        lines.Add(Describe(options.Filter, options.MinCount));
        if (Paths(options, marks) is { } shown) lines.Add(shown);

        var lost = traces.Sum(t => t.LostEvents);
        var notParsed = traces.Sum(t => t.NotParsed);
        var lostText = traces.Count == 0 ? "Lost events: not known"
            : lost == 0 ? "No event lost"
            : $"{DisplayText.Number(lost)} events lost while recording ({Percent(lost, lost + events + traces.Sum(t => t.Events))}): counts are lower bounds, rare calls may be missing";
        if (notParsed > 0) lostText += $"; {DisplayText.Number(notParsed)} lines or records not understood";
        var border = options.Filter?.SourcePath is { Count: > 0 } paths ? DisplayText.Shorten(string.Join(", ", paths), 60) : null;
        return new GraphCaption(options.Title ?? (recording.Length > 0 ? $"Calls in {recording}" : "Calls"), lines, lostText, lost + notParsed > 0, omitted, border);
    }

    /// <summary>Which paths are shown or marked, in words; null for no special ones.</summary>
    private static string? Paths(GraphOptions options, GraphMarks? marks)
    {
        static string Names(IReadOnlyList<string> names) => DisplayText.Shorten(string.Join(", ", names), LongestList);
        var parts = new List<string>();
        if (options.From.Count > 0 && options.To.Count > 0) parts.Add($"Only the paths from {Names(options.From)} to {Names(options.To)}");
        else if (options.From.Count > 0) parts.Add($"Only what {Names(options.From)} leads to");
        else if (options.To.Count > 0) parts.Add($"Only what leads to {Names(options.To)}");
        if (options.Highlight.Count > 0) parts.Add($"Marked: the paths through {Names(options.Highlight)}");
        if (marks?.HotPath is [var first, ..] path)
        {
            // Both ends of a long path tell most.
            List<string> names = [first.Caller.Symbol.Name, .. path.Select(e => e.Callee.Symbol.Name)];
            if (names.Count > 9) names = [.. names.Take(5), $"… {names.Count - 8} more …", .. names.TakeLast(3)];
            parts.Add("Most travelled: " + string.Join(" → ", names.Select(n => DisplayText.Shorten(n, 60))));
        }
        return parts.Count == 0 ? null : string.Join(" · ", parts);
    }

    /// <summary>A share in per cent; never 100 for less than all, nor 0 for more than none.</summary>
    internal static string Percent(long part, long whole)
    {
        if (whole <= 0 || part >= whole) return "100 %";
        var percent = 100.0 * part / whole;
        return percent switch
        {
            0 => "0 %",
            < 0.1 => "under 0.1 %",
            > 99.9 => "over 99.9 %",
            < 10 or > 99 => percent.ToString("0.0", CultureInfo.InvariantCulture) + " %",
            _ => Math.Floor(percent).ToString(CultureInfo.InvariantCulture) + " %",
        };
    }

    /// <summary>A filter in words.</summary>
    internal static string Describe(CallFilter? filter, long minCount)
    {
        var parts = new List<string>();
        void Say<T>(string what, IReadOnlyList<T> list)
        {
            if (list.Count > 0) parts.Add($"{what} {DisplayText.Shorten(string.Join(", ", list), LongestList)}");
        }
        void Time(string what, double? time)
        {
            if (time is { } t) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {t:0.######}"));
        }
        if (filter is not null)
        {
            Say("function", filter.Function);
            Say("caller", filter.Caller);
            Say(filter.Strict ? "both ends in source" : "source", filter.SourcePath);
            Say("module", filter.Module);
            Say("CPU", filter.Cpu);
            Say("process", filter.ProcessId);
            Say("task", filter.Comm);
            Time("since", filter.Since);
            Time("until", filter.Until);
            Say("without function", filter.ExcludeFunction);
            Say("without caller", filter.ExcludeCaller);
            Say("without source", filter.ExcludeSourcePath);
            Say("without module", filter.ExcludeModule);
            Say("without CPU", filter.ExcludeCpu);
            Say("without process", filter.ExcludeProcessId);
            Say("without task", filter.ExcludeComm);
            Say("reachable from", filter.Root);
            if (filter.Root.Count > 0 && filter.Depth is { } depth) parts.Add($"at most {depth} calls deep");
        }
        var least = Math.Max(minCount, filter?.MinCount ?? 0);
        if (least > 1) parts.Add($"edges of {DisplayText.Number(least)} calls or more");
        var contexts = filter is { Context.Count: > 0 } ? $"context {string.Join(", ", filter.Context)}"
            : filter is { ExcludeContext.Count: > 0 } ? $"every context but {string.Join(", ", filter.ExcludeContext)}"
            : "every execution context";
        return (parts.Count == 0 ? "No filter" : "Filter: " + string.Join("; ", parts)) + " · " + contexts;
    }
}
