using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering;

/// <summary>
/// Describes a filter in words, for captions and reports. Untrusted text: patterns are shown as they were given.
/// </summary>
internal static class FilterText
{
    private const int LongestList = 160;

    /// <summary>The description of a filter.</summary>
    /// <param name="filter">The filter; null for none.</param>
    /// <param name="minCount">A minimum number of calls per edge that applies in addition to the filter's own.</param>
    /// <param name="traces">The recordings, which determine what a root means.</param>
    public static string Of(CallFilter? filter, long minCount, IEnumerable<TraceInfo> traces)
    {
        var byStack = traces.All(t => t.NestedBy == CallNesting.Stack) && traces.Any();
        var parts = filter is null ? [] : Parts(filter, byStack, traces.Sum(t => t.NotPlaced ?? 0));
        var least = Math.Max(minCount, filter?.MinCount ?? 0);
        if (least > 1) parts.Add($"edges with at least {DisplayText.Number(least)} calls");
        return (parts.Count == 0 ? "No filter" : "Filter: " + string.Join("; ", parts)) + " · " + Contexts(filter);
    }

    /// <summary>A list of names or patterns, shortened.</summary>
    public static string List<T>(IReadOnlyList<T> list) => DisplayText.Shorten(string.Join(", ", list), LongestList);

    private static List<string> Parts(CallFilter filter, bool byStack, long notPlaced)
    {
        var parts = new List<string>();
        Add("function", filter.Function);
        Add("caller", filter.Caller);
        Add(filter.Strict ? "caller and function in source" : "source", filter.SourcePath);
        Add("module", filter.Module);
        Add("CPU", filter.Cpu);
        Add("process", filter.ProcessId);
        Add("task", filter.Comm);
        AddTime("since", filter.Since);
        AddTime("until", filter.Until);
        Add("not function", filter.ExcludeFunction);
        Add("not caller", filter.ExcludeCaller);
        Add("not source", filter.ExcludeSourcePath);
        Add("not module", filter.ExcludeModule);
        Add("not CPU", filter.ExcludeCpu);
        Add("not process", filter.ExcludeProcessId);
        Add("not task", filter.ExcludeComm);
        Add(byStack ? "at or below" : "below, by caller links,", filter.Root);
        if (filter.Root.Count > 0 && byStack && notPlaced > 0)
            parts.Add($"{DisplayText.Count(notPlaced, "call")} of unknown stack {(notPlaced == 1 ? "is" : "are")} not placed");
        if (filter.Root.Count > 0 && filter.Depth is { } depth) parts.Add($"at most {DisplayText.Count(depth, "call")} deep");
        return parts;

        void Add<T>(string what, IReadOnlyList<T> list)
        {
            if (list.Count > 0) parts.Add($"{what} {List(list)}");
        }

        void AddTime(string what, double? time)
        {
            if (time is { } seconds) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {seconds:0.######}"));
        }
    }

    private static string Contexts(CallFilter? filter)
        => filter is { Context.Count: > 0 } ? $"context {string.Join(", ", filter.Context)}"
            : filter is { ExcludeContext.Count: > 0 } ? $"all contexts except {string.Join(", ", filter.ExcludeContext)}"
            : "all contexts";
}
