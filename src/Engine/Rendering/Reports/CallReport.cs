using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Counts of calls made ready to be written: the counts that came in, first; beside them the edges, tasks and contexts, as far as
/// the counting noted them; and what is to be known of the recordings. The same for every format.
/// </summary>
public sealed class CallReport
{
    private const string NotTold = "the counts that came in do not tell";

    private readonly List<ReportSection> _sections = [];
    private readonly List<ReportOmission> _omissions = [];
    private readonly int? _top;

    /// <summary>Makes the report of counts.</summary>
    /// <param name="counts">The counts, all by the same grouping, in any order.</param>
    /// <param name="title">The heading; null for one made of the recording's name.</param>
    /// <param name="top">At most so many rows of each table, those with the most calls; null for all.</param>
    /// <exception cref="RenderException">The counts are of several groupings.</exception>
    public CallReport(IReadOnlyList<FunctionCallCount> counts, string? title = null, int? top = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        _top = top;
        Grouping = counts.Count > 0 ? counts[0].Grouping : CallGrouping.Function;
        foreach (var count in counts)
            if (count.Grouping != Grouping)
                throw new RenderException($"Counts by {Grouping} and counts by {count.Grouping} came in: one report holds counts of one kind. Write two.");

        var sources = counts.Select(c => c.Source).OfType<CallCollector>().Distinct().ToList();
        Counts = MostCallsFirst(sources.Count > 1 ? Merged(Grouping, counts) : counts);
        Traces = [.. counts.Select(c => c.Trace).OfType<TraceInfo>().Concat(sources.SelectMany(s => s.Traces)).Distinct()];
        var filters = sources.Select(s => s.Filter).Distinct().Take(2).ToList();
        Filter = filters is [var filter] ? filter : null;
        FiltersDiffer = filters.Count > 1;
        Calls = Counts.Sum(c => c.Calls);
        Title = title ?? DefaultTitle();

        _sections.Add(Section(NameOf(Grouping), Grouping, Counts));
        var isComplete = sources.Count > 0 && counts.All(c => c.Source is not null) && counts.Count == sources.Sum(s => s.Given);
        AddFunctions(sources, isComplete);
        AddEdges(counts, sources, isComplete);
        Add("Tasks", CallGrouping.Task, sources, isComplete);
        Add("Contexts", CallGrouping.Context, sources, isComplete);
    }

    /// <summary>What the counts were counted by.</summary>
    public CallGrouping Grouping { get; }

    /// <summary>The heading.</summary>
    public string Title { get; }

    /// <summary>The counts, most calls first.</summary>
    public IReadOnlyList<FunctionCallCount> Counts { get; }

    /// <summary>Calls over all counts.</summary>
    public long Calls { get; }

    /// <summary>The recordings counted.</summary>
    public IReadOnlyList<TraceInfo> Traces { get; }

    /// <summary>The filter all the calls have passed; null for none.</summary>
    internal CallFilter? Filter { get; }

    /// <summary>Calls of several filters were counted together.</summary>
    internal bool FiltersDiffer { get; }

    /// <summary>The tables: the counts that came in, then what was noted beside them.</summary>
    public IReadOnlyList<ReportSection> Sections => _sections;

    /// <summary>The tables that are not there, and why.</summary>
    public IReadOnlyList<ReportOmission> Omissions => _omissions;

    /// <summary>What is to be known of the report as a whole.</summary>
    public IEnumerable<ReportFact> Facts()
    {
        yield return new("calls", "Calls counted", ReportValue.Of(Calls));
        foreach (var section in _sections)
            yield return new(Json(section.Name), section.Name, ReportValue.Of(section.Count + (long)section.LeftOut));
        yield return new("filter", "Filter", ReportValue.Of(FiltersDiffer ? "Several: the counts were made with different ones" : GraphCaption.Describe(Filter, 0)));
        foreach (var section in _sections.Where(s => s.LeftOut > 0))
            yield return new($"{Json(section.Name)}LeftOut", $"{section.Name} left out", ReportValue.Of($"{DisplayText.Number(section.LeftOut)}, with {DisplayText.Number(section.LeftOutCalls)} calls: see -Top (--top)"));
    }

    /// <summary>What is to be known of a recording. Counts of lost events are never left away.</summary>
    public static IEnumerable<ReportFact> Facts(TraceInfo trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        yield return new("path", "Recording", ReportValue.Of(trace.Path == "-" ? "standard input" : trace.Path));
        yield return new("format", "Format", ReportValue.Of(trace.Format + (trace.FormatVersion is { } version ? $" version {version}" : "") + (trace.Compression is null ? "" : $", {trace.Compression}")));
        yield return new("tracer", "Tracer", ReportValue.Of(trace.Tracer));
        yield return new("clock", "Clock", ReportValue.Of(trace.Clock ?? (trace.ClockUnit == ClockUnit.Counts ? "counts" : null)));
        yield return new("kernelRelease", "Kernel", ReportValue.Of(trace.KernelRelease));
        yield return new("buildId", "Build id", ReportValue.Of(trace.BuildId));
        yield return new("cpus", "CPUs", ReportValue.Of(trace.Cpus));
        yield return new("firstTimestamp", "First", ReportValue.Time(trace.FirstTime, trace));
        yield return new("lastTimestamp", "Last", ReportValue.Time(trace.LastTime, trace));
        yield return new("duration", "Duration (s)", trace.ClockUnit == ClockUnit.Nanoseconds ? ReportValue.Time(trace.LastTime - trace.FirstTime, trace) : default);
        yield return new("calls", "Calls", ReportValue.Of(trace.Calls));
        yield return new("events", "Events", ReportValue.Of(trace.Events));
        yield return new("lostEvents", "Lost events", ReportValue.Of(trace.LostEvents));
        yield return new("lostPercent", "Lost (%)", ReportValue.Of(TraceInfoReport.LostPercent(trace.Calls + trace.Events, trace.LostEvents)));
        yield return new("overwrittenEvents", "Overwritten events", ReportValue.Of(trace.OverwrittenEvents));
        yield return new("notParsed", "Not parsed", ReportValue.Of(trace.NotParsed));
        foreach (var warning in trace.Warnings) yield return new("warning", "Warning", ReportValue.Of(warning));
    }

    /// <summary>A table's name as a program spells it.</summary>
    internal static string Json(string name) => name == "CPUs" ? "cpus" : char.ToLowerInvariant(name[0]) + name[1..];

    private void AddFunctions(List<CallCollector> sources, bool isComplete)
    {
        if (Grouping == CallGrouping.Function) return;
        Add("Functions", CallGrouping.Function, sources, isComplete);
    }

    private void AddEdges(IReadOnlyList<FunctionCallCount> counts, List<CallCollector> sources, bool isComplete)
    {
        const string Name = "Edges";
        if (Grouping == CallGrouping.Edge) return;
        if (sources.Count == 0 || counts.Any(c => c.Source is null))
        {
            _omissions.Add(new ReportOmission(Name, $"{NotTold} who called"));
            return;
        }
        if (!isComplete && Grouping != CallGrouping.Function)
        {
            _omissions.Add(new ReportOmission(Name, Narrowed));
            return;
        }
        IEnumerable<CallEdge> edges = sources.Count == 1 ? sources[0].ToGraph().Edges : new CallGraph(Traces, sources.SelectMany(s => s.ToGraph().Edges)).Edges;
        if (!isComplete)
        {
            // Some functions were picked out: theirs are the calls to them.
            var picked = Counts.Select(c => new CallGraph.FunctionKey(c.FunctionSymbol!)).ToHashSet();
            edges = edges.Where(e => picked.Contains(new CallGraph.FunctionKey(e.CalleeSymbol)));
        }
        _sections.Add(ReportSection.Of(Name, CallReports.EdgeColumns, edges.ToList(), e => e.Count, _top));
    }

    private const string Narrowed = "only some of the counts came in, and which calls are behind them is not told";

    private void Add(string name, CallGrouping by, List<CallCollector> sources, bool isComplete)
    {
        if (Grouping == by) return;
        if (sources.Count == 0 || !sources.TrueForAll(s => s.CanCount(by)))
        {
            _omissions.Add(new ReportOmission(name, $"{NotTold}: edges hold caller, callee and count alone"));
            return;
        }
        if (!isComplete)
        {
            _omissions.Add(new ReportOmission(name, Narrowed));
            return;
        }
        _sections.Add(Section(name, by, sources.Count == 1 ? sources[0].Counts(by) : Merged(by, sources.SelectMany(s => s.Counts(by)))));
    }

    private ReportSection Section(string name, CallGrouping by, IReadOnlyList<FunctionCallCount> counts)
        => ReportSection.Of(name, CallReports.Columns(by), counts, c => c.Calls, _top);

    private static string NameOf(CallGrouping by) => by switch
    {
        CallGrouping.Function => "Functions",
        CallGrouping.Caller => "Callers",
        CallGrouping.Edge => "Edges",
        CallGrouping.Task => "Tasks",
        CallGrouping.Context => "Contexts",
        CallGrouping.Cpu => "CPUs",
        _ => "Counts",
    };

    private static IReadOnlyList<FunctionCallCount> MostCallsFirst(IReadOnlyList<FunctionCallCount> counts)
    {
        for (var i = 1; i < counts.Count; i++)
            if (counts[i].Calls > counts[i - 1].Calls)
                return [.. counts.OrderByDescending(c => c.Calls)];
        return counts;
    }

    private static IReadOnlyList<FunctionCallCount> Merged(CallGrouping by, IEnumerable<FunctionCallCount> counts)
        => CallCollector.Merge(by, counts.Select(c => (new CallTally.Group(
            c.FunctionSymbol ?? FunctionSymbol.Unknown, c.CallerSymbol ?? FunctionSymbol.Unknown,
            c.Comm is null ? KernelTask.Unknown : new KernelTask(0, c.ProcessId ?? -1, null, c.Comm),
            c.Context ?? ExecutionContext.Unknown, c.Cpu ?? -1, c.Calls, c.TotalNanoseconds, c.SelfNanoseconds), c.Trace)));

    private string DefaultTitle()
    {
        var names = string.Join(", ", Traces.Take(3).Select(t => t.Path == "-" ? "standard input" : Path.GetFileName(t.Path)));
        return DisplayText.Shorten(names.Length == 0 ? "Calls" : $"Calls in {names}{(Traces.Count > 3 ? $" and {Traces.Count - 3} more" : "")}", 110);
    }
}
