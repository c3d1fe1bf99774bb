using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Makes tables of calls and edges.</summary>
internal static class CallReports
{
    /// <summary>A table of counts. The keys are the first columns, followed by <c>calls</c>: <c>function,calls,…</c>.</summary>
    /// <param name="counts">The counts, all of the same grouping.</param>
    /// <param name="grouping">The grouping.</param>
    public static ReportTable Calls(IEnumerable<FunctionCallCount> counts, CallGrouping grouping)
    {
        var columns = Columns(grouping);
        var table = new ReportTable([.. columns.Select(c => c.Column)]);
        table.Rows.AddRange(counts.Select(count => columns.ConvertAll(c => c.Value(count)).ToArray()));
        table.MergeEqualRows();
        table.Sort((table.IndexOf("calls"), true));
        return table;
    }

    /// <summary>The columns of a table of counts, and the value of each.</summary>
    internal static List<(ReportColumn Column, Func<FunctionCallCount, ReportValue> Value)> Columns(CallGrouping grouping)
    {
        bool Is(CallGrouping by) => grouping.HasFlag(by) && by != CallGrouping.None;
        var columns = new List<(ReportColumn Column, Func<FunctionCallCount, ReportValue> Value)>();
        if (Is(CallGrouping.Function)) columns.Add((new("function", "Function"), c => ReportValue.Of(c.Function)));
        if (Is(CallGrouping.Caller)) columns.Add((new("caller", "Caller"), c => ReportValue.Of(c.Caller)));
        if (Is(CallGrouping.Task))
        {
            columns.Add((new("comm", "Comm"), c => ReportValue.Of(c.Comm)));
            columns.Add((new("processId", "Pid"), c => ReportValue.Of(c.ProcessId)));
        }
        if (Is(CallGrouping.Context)) columns.Add((new("context", "Context"), c => ReportValue.Of(c.Context)));
        if (Is(CallGrouping.Cpu)) columns.Add((new("cpu", "CPU"), c => ReportValue.Of(c.Cpu)));
        if (Is(CallGrouping.Recording)) columns.Add((new("recording", "Recording"), c => ReportValue.Of(c.Recording)));
        columns.Add((new("calls", "Calls") { IsSum = true }, c => ReportValue.Of(c.Calls)));
        if (Is(CallGrouping.Function))
        {
            columns.Add((new("module", "Module"), c => ReportValue.Of(c.Module)));
            columns.Add((new("sourceFile", "Source file") { NotInTable = true }, c => ReportValue.Of(c.SourceFile)));
            columns.Add((new("sourceLine", "Line") { NotInTable = true }, c => ReportValue.Of(c.SourceLine)));
        }
        if (Is(CallGrouping.Caller))
            columns.Add((new("callerModule", "Caller module"), c => ReportValue.Of(c.CallerModule)));
        columns.Add((new("totalTime", "Total us") { IsSum = true }, c => ReportValue.Microseconds(c.TotalNanoseconds)));
        columns.Add((new("selfTime", "Self us") { IsSum = true }, c => ReportValue.Microseconds(c.SelfNanoseconds)));
        if (Is(CallGrouping.Function))
            columns.Add((new("source", "Source") { TableOnly = true }, c => ReportValue.Of(Place(c.SourceFile, c.SourceLine))));
        return columns;
    }

    /// <summary>A table of counts by function, by caller or by both, summed over edges.</summary>
    public static ReportTable Calls(CallGraph graph, CallGrouping grouping) => Calls(Counts(graph.Edges, grouping), grouping);

    /// <summary>The number of calls of each function of a graph, in descending order.</summary>
    public static IReadOnlyList<FunctionCallCount> Counts(CallGraph graph)
    {
        var sums = graph.Edges.GroupBy(e => new CallGraph.FunctionKey(e.CalleeSymbol)).Select(g => new CallEdge(
            FunctionSymbol.Unknown, g.First().CalleeSymbol, g.Sum(e => e.Count),
            CallGraph.Sum(g.Select(e => e.TotalNanoseconds)), CallGraph.Sum(g.Select(e => e.SelfNanoseconds)), g.First().Origin));
        return [.. Counts(sums, CallGrouping.Function).OrderByDescending(c => c.Calls)
            .ThenBy(c => c.Function, StringComparer.Ordinal)];
    }

    /// <summary>The edges, merged if several recordings have the same, each where the first of its parts was.</summary>
    public static IReadOnlyList<CallEdge> Merged(IReadOnlyList<CallEdge> edges)
    {
        var merged = new CallGraph([], edges).Edges;
        if (merged.Count == edges.Count) return edges;
        var places = new Dictionary<(CallGraph.FunctionKey, CallGraph.FunctionKey), int>();
        for (var i = 0; i < edges.Count; i++) places.TryAdd(Key(edges[i]), i);
        return [.. merged.OrderBy(e => places[Key(e)])];

        static (CallGraph.FunctionKey, CallGraph.FunctionKey) Key(CallEdge edge)
            => (new CallGraph.FunctionKey(edge.CallerSymbol), new CallGraph.FunctionKey(edge.CalleeSymbol));
    }

    /// <summary>
    /// The edges as counts by edge, in their order, with a collector that counts what a report of them also shows.
    /// </summary>
    public static IReadOnlyList<FunctionCallCount> Counts(IReadOnlyList<CallEdge> edges)
    {
        var collector = new CallCollector(CallGrouping.Edge, forReport: true);
        foreach (var edge in edges) collector.Add(edge);
        var counts = Counts(edges, CallGrouping.Edge).ToList();
        foreach (var count in counts) count.Source = collector;
        collector.HasGiven(counts.Count);
        return counts;
    }

    private static IEnumerable<FunctionCallCount> Counts(IEnumerable<CallEdge> edges, CallGrouping grouping)
        => edges.Select(e => new FunctionCallCount(
            grouping,
            new CallTally.Group(
                e.CalleeSymbol, e.CallerSymbol, KernelTask.Unknown, ExecutionContext.Unknown, -1, e.Count, e.TotalNanoseconds,
                e.SelfNanoseconds),
            e.Trace));

    /// <summary>A table of edges. The first columns are <c>caller,callee,count</c>.</summary>
    public static ReportTable Edges(CallGraph graph)
    {
        var table = new ReportTable([.. EdgeColumns.Select(c => c.Column)]);
        table.Rows.Capacity = graph.Edges.Count;
        // Two edges of a graph differ in a name, module or source file, so no rows are equal.
        foreach (var edge in graph.Edges) table.Rows.Add(Array.ConvertAll(EdgeColumns, c => c.Value(edge)));
        table.Sort((table.IndexOf("count"), true));
        return table;
    }

    /// <summary>
    /// Writes the edges of a graph as CSV, as <see cref="Edges"/> orders them, without a table in memory, whose rows are
    /// several hundred pages to touch in a short reading.
    /// </summary>
    /// <returns>False, with nothing written, if the edges must be sorted by more than their counts and names.</returns>
    public static bool TryWriteCsv(CallGraph graph, Stream output, ReportStyle style)
    {
        for (var i = 1; i < graph.Edges.Count; i++)
        {
            var (edge, earlier) = (graph.Edges[i], graph.Edges[i - 1]);
            if (edge.Count == earlier.Count && edge.Callee == earlier.Callee && edge.Caller == earlier.Caller) return false;
        }
        ReportWriter.Csv([.. EdgeColumns.Select(c => c.Column)], Rows(graph), output, style);
        output.Flush();
        return true;
    }

    private static IEnumerable<ReportValue[]> Rows(CallGraph graph)
    {
        var row = new ReportValue[EdgeColumns.Length];
        foreach (var edge in graph.Edges)
        {
            for (var i = 0; i < row.Length; i++) row[i] = EdgeColumns[i].Value(edge);
            yield return row;
        }
    }

    /// <summary>The columns of a table of edges, and the value of each.</summary>
    internal static readonly (ReportColumn Column, Func<CallEdge, ReportValue> Value)[] EdgeColumns =
    [
        (new("caller", "Caller"), e => ReportValue.Of(e.Caller)),
        (new("callee", "Callee"), e => ReportValue.Of(e.Callee)),
        (new("count", "Count") { IsSum = true }, e => ReportValue.Of(e.Count)),
        (new("callerModule", "Caller module"), e => ReportValue.Of(e.CallerModule)),
        (new("calleeModule", "Callee module"), e => ReportValue.Of(e.CalleeModule)),
        (new("callerSourceFile", "Caller source file") { NotInTable = true }, e => ReportValue.Of(e.CallerSourceFile)),
        (new("callerSourceLine", "Caller line") { NotInTable = true }, e => ReportValue.Of(e.CallerSourceLine)),
        (new("calleeSourceFile", "Callee source file") { NotInTable = true }, e => ReportValue.Of(e.CalleeSourceFile)),
        (new("calleeSourceLine", "Callee line") { NotInTable = true }, e => ReportValue.Of(e.CalleeSourceLine)),
        (new("totalTime", "Total us") { IsSum = true }, e => ReportValue.Microseconds(e.TotalNanoseconds)),
        (new("selfTime", "Self us") { IsSum = true }, e => ReportValue.Microseconds(e.SelfNanoseconds)),
        (new("nesting", "Nesting") { NotInTable = true }, e => ReportValue.Of(e.Nesting)),
        (new("recording", "Recording") { NotInTable = true }, e => ReportValue.Of(e.Recording)),
        (new("calleeSource", "Callee source") { TableOnly = true },
            e => ReportValue.Of(Place(e.CalleeSourceFile, e.CalleeSourceLine))),
    ];

    private static string? Place(string? file, int? line) => line is null ? file : $"{file}:{line}";
}
