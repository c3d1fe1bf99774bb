using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// The content of a report in any format: the counts that were passed in, then edges, tasks and contexts as far as they were
/// counted as well, and facts about the recordings.
/// </summary>
internal sealed class CallReport
{
    private readonly List<ReportSection> _sections = [];
    private readonly List<ReportOmission> _omissions = [];
    private readonly int? _top;
    private readonly bool _isOfLatencies;

    /// <summary>Creates the report of counts.</summary>
    /// <param name="counts">The counts, all of the same grouping, in the order of the first table.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="top">The most rows of each table; null for all.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.MixedInput"/>: the counts are of different groupings.
    /// </exception>
    public CallReport(IReadOnlyList<FunctionCallCount> counts, string? title = null, int? top = null)
        : this(counts, null, title, top)
        => ArgumentNullException.ThrowIfNull(counts);

    /// <summary>Creates the report of edges.</summary>
    /// <param name="edges">The edges, in the order of the first table.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="top">The most rows of each table; null for all.</param>
    public CallReport(IReadOnlyList<CallEdge> edges, string? title = null, int? top = null)
        : this(null, CallReports.Merged(edges), title, top)
    {
    }

    /// <summary>Creates the report of latencies: they, their longest intervals, and their accounts.</summary>
    /// <param name="latencies">The latencies, in the order of the first table.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="top">The most rows of each table; null for all.</param>
    public CallReport(IReadOnlyList<Latency.Latency> latencies, string? title = null, int? top = null)
    {
        (_top, Counts, _isOfLatencies) = (top, [], true);
        Series = [.. latencies.Select(LatencySeries.Of)];
        Traces = [.. latencies.SelectMany(latency => latency.Traces).Distinct()];
        Title = title ?? RecordingTitle.Of(Traces, latencies.Select(latency => latency.Recording), "Latencies");
        _sections.Add(ReportSection.Of("Latencies", LatencyReports.Numbers, latencies, l => l.Count, top, countsCalls: false));
        var worst = latencies.SelectMany(latency => latency.Worst).ToList();
        if (worst.Count == 0 && latencies.Any(latency => latency.IsCopy))
            _omissions.Add(new ReportOmission("Intervals", "latencies that were stored or sent do not hold them"));
        else _sections.Add(ReportSection.Of("Intervals", IntervalReports.Numbers, worst, _ => 1, top, countsCalls: false));
        var ranges = latencies.SelectMany(latency => latency.Histogram,
            (latency, range) => (Latency: latency, Range: range)).ToList();
        _sections.Add(ReportSection.Of(
            "Ranges", LatencyReports.Ranges, ranges, r => r.Range.Count, top, countsCalls: false, isDetail: true));
        var terms = latencies.SelectMany(latency => (latency.Account ?? new Dictionary<string, long>())
            .Where(term => term.Value > 0 || term.Key is "starts" or "ends" or "count")
            .Select(term => (latency.Kind, latency.Recording, term.Key, term.Value))).ToList();
        if (terms.Count > 0)
            _sections.Add(ReportSection.Of("Accounts", LatencyReports.Accounts, terms, _ => 1, top, countsCalls: false));
    }

    /// <summary>Creates the report of a comparison: its rows, what moved them, the recordings, and their drift.</summary>
    /// <param name="differences">The rows, in the order of the first table.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="top">The most rows of each table; null for all.</param>
    public CallReport(IReadOnlyList<TraceDifference> differences, string? title = null, int? top = null)
    {
        (_top, Counts, _isOfLatencies) = (top, [], true);
        var sides = differences.Select(row => row.Comparison).OfType<TraceComparison>().Distinct().ToList();
        Traces = [.. sides.SelectMany(side => side.Before.Concat(side.After)).Distinct()];
        Title = title ?? DifferenceReports.Title(sides);
        _sections.Add(ReportSection.Of("Differences", DifferenceReports.Numbers, differences, _ => 1, top, countsCalls: false));
        var shares = differences.SelectMany(row => row.Attribution, (row, share) => (Row: row, Share: share)).ToList();
        if (shares.Count > 0)
            _sections.Add(ReportSection.Of("Attribution", DifferenceReports.Shares, shares, _ => 1, top, countsCalls: false));
        if (sides.Count == 0)
        {
            _omissions.Add(new ReportOmission("Sides", "rows that were stored or sent do not hold the recordings"));
            return;
        }
        _sections.Add(ReportSection.Of(
            "Sides", DifferenceReports.Sides, DifferenceReports.SidesOf(sides), _ => 1, top, countsCalls: false));
        var drift = sides.SelectMany(side => side.Drift).Distinct().ToList();
        if (drift.Count > 0)
            _sections.Add(ReportSection.Of("Drift", DifferenceReports.Drift, drift, _ => 1, top, countsCalls: false));
    }

    /// <summary>Creates a report of tables that were made elsewhere.</summary>
    /// <param name="title">The title.</param>
    /// <param name="sections">The tables.</param>
    /// <param name="series">The histograms to draw.</param>
    internal CallReport(string title, IReadOnlyList<ReportSection> sections, IReadOnlyList<ChartSeries> series)
    {
        (Title, Counts, Traces, Series, _isOfLatencies) = (title, [], [], series, true);
        _sections.AddRange(sections);
    }

    private CallReport(IReadOnlyList<FunctionCallCount>? given, IReadOnlyList<CallEdge>? edges, string? title, int? top)
    {
        var counts = given ?? CallReports.Counts(edges ?? []);
        _top = top;
        Grouping = counts.Count > 0 ? counts[0].Grouping : CallGrouping.Function;
        RequireOneGrouping(counts);

        var sources = counts.Select(c => c.Source).OfType<CallCollector>().Distinct().ToList();
        Counts = sources.Count > 1 ? InOrderOf(counts, Merged(Grouping, counts)) : counts;
        Traces = [.. counts.Select(c => c.Trace).OfType<TraceInfo>().Concat(sources.SelectMany(s => s.Traces)).Distinct()];
        var filters = sources.Select(s => s.Filter).Distinct().Take(2).ToList();
        Filter = filters is [var filter] ? filter : null;
        FiltersDiffer = filters.Count > 1;
        Calls = Counts.Sum(c => c.Calls);
        Title = title ?? RecordingTitle.Of(
            Traces, sources.Count > 0 ? sources.SelectMany(s => s.Recordings) : counts.Select(c => c.Recording));

        if (edges is null) _sections.Add(Section(NameOf(Grouping), Grouping, Counts));
        else _sections.Add(ReportSection.Of("Edges", CallReports.EdgeColumns, edges, e => e.Count, top));
        var isComplete = sources.Count > 0 && counts.All(c => c.Source is not null) && counts.Count == sources.Sum(s => s.Given);
        if (Grouping != CallGrouping.Function) Add("Functions", CallGrouping.Function, sources, isComplete);
        AddEdges(counts, sources, isComplete);
        Add("Tasks", CallGrouping.Task, sources, isComplete);
        Add("Contexts", CallGrouping.Context, sources, isComplete);
    }

    /// <summary>The grouping of the counts.</summary>
    public CallGrouping Grouping { get; }

    /// <summary>The title. Untrusted text.</summary>
    public string Title { get; }

    /// <summary>The counts, in the order of the first table.</summary>
    public IReadOnlyList<FunctionCallCount> Counts { get; }

    /// <summary>The histograms of latencies, in the order of the first table; none in a report of counts.</summary>
    internal IReadOnlyList<ChartSeries> Series { get; } = [];

    /// <summary>The calls of all counts.</summary>
    public long Calls { get; }

    /// <summary>The recordings of the calls.</summary>
    public IReadOnlyList<TraceInfo> Traces { get; }

    /// <summary>The filter that all calls have passed; null for none.</summary>
    internal CallFilter? Filter { get; }

    /// <summary>Whether the calls have passed different filters.</summary>
    internal bool FiltersDiffer { get; }

    /// <summary>The tables: the counts that were passed in, then the others.</summary>
    public IReadOnlyList<ReportSection> Sections => _sections;

    /// <summary>The table of a format that has only one.</summary>
    public ReportSection OnlyTable => OneTable ?? _sections[0];

    /// <summary>A table with what several tables divide between them, for a format that has only one; null if the first table is
    /// that one.</summary>
    internal ReportSection? OneTable { get; init; }

    /// <summary>The tables that are missing, and why.</summary>
    public IReadOnlyList<ReportOmission> Omissions => _omissions;

    /// <summary>Facts about the report as a whole.</summary>
    public IEnumerable<ReportFact> Facts()
    {
        if (!_isOfLatencies) yield return new("calls", "Calls counted", ReportValue.Of(Calls));
        foreach (var section in _sections)
            yield return new(Json(section.Name), section.Name, ReportValue.Of(section.Count + (long)section.Omitted));
        var filter = FiltersDiffer ? "Several: the counts passed different filters" : FilterText.Of(Filter, 0, Traces);
        if (!_isOfLatencies) yield return new("filter", "Filter", ReportValue.Of(filter));
        foreach (var section in _sections.Where(s => s.Omitted > 0))
        {
            yield return new($"{Json(section.Name)}Omitted", $"{section.Name} not listed", ReportValue.Of(
                DisplayText.Number(section.Omitted)
                + (_isOfLatencies ? "" : $", with {DisplayText.Count(section.OmittedCalls, "call")}")));
        }
    }

    /// <summary>The name of a table for programs, in camelCase.</summary>
    internal static string Json(string name) => name == "CPUs" ? "cpus" : char.ToLowerInvariant(name[0]) + name[1..];

    private void RequireOneGrouping(IReadOnlyList<FunctionCallCount> counts)
    {
        if (counts.FirstOrDefault(c => c.Grouping != Grouping) is { } other)
        {
            throw new KernelMagnifierException(ErrorCode.MixedInput, null,
                $"Counts by {Grouping} and counts by {other.Grouping} cannot be in one report.",
                "Write a report for each grouping.");
        }
    }

    private void AddEdges(IReadOnlyList<FunctionCallCount> counts, List<CallCollector> sources, bool isComplete)
    {
        const string Name = "Edges";
        if (Grouping == CallGrouping.Edge) return;
        if (sources.Count == 0 || counts.Any(c => c.Source is null))
        {
            _omissions.Add(new ReportOmission(Name, "the counts do not hold the callers"));
            return;
        }
        if (!isComplete && Grouping != CallGrouping.Function)
        {
            _omissions.Add(new ReportOmission(Name, Selected));
            return;
        }
        IEnumerable<CallEdge> edges = sources.Count == 1
            ? sources[0].ToGraph().Edges : new CallGraph(Traces, sources.SelectMany(s => s.ToGraph().Edges)).Edges;
        if (!isComplete)
        {
            // Only some functions were passed in. Their calls are the edges to them.
            var selected = Counts.Select(c => new CallGraph.FunctionKey(c.FunctionSymbol!)).ToHashSet();
            edges = edges.Where(e => selected.Contains(new CallGraph.FunctionKey(e.CalleeSymbol)));
        }
        _sections.Add(ReportSection.Of(Name, CallReports.EdgeColumns, edges.ToList(), e => e.Count, _top));
    }

    private const string Selected = "only some of the counts were passed in, and they do not hold which calls they count";

    private void Add(string name, CallGrouping by, List<CallCollector> sources, bool isComplete)
    {
        if (Grouping == by) return;
        if (sources.Count == 0 || !sources.TrueForAll(s => s.CanCount(by)))
            _omissions.Add(new ReportOmission(name, "edges hold only caller, callee and count"));
        else if (!isComplete) _omissions.Add(new ReportOmission(name, Selected));
        else if (sources is [var source]) _sections.Add(Section(name, by, source.Counts(by)));
        else _sections.Add(Section(name, by, Merged(by, sources.SelectMany(s => s.Counts(by)))));
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

    /// <summary>Puts merged counts where the first of their parts was.</summary>
    private static IReadOnlyList<FunctionCallCount> InOrderOf(
        IReadOnlyList<FunctionCallCount> parts, IReadOnlyList<FunctionCallCount> merged)
    {
        var places = new Dictionary<(string Name, string? Source), int>();
        for (var i = 0; i < parts.Count; i++) places.TryAdd(Key(parts[i]), i);
        return [.. merged.OrderBy(c => places.GetValueOrDefault(Key(c), int.MaxValue))];

        static (string, string?) Key(FunctionCallCount count) => (CallCountChart.Name(count), count.SourceFile);
    }

    private static IReadOnlyList<FunctionCallCount> Merged(CallGrouping by, IEnumerable<FunctionCallCount> counts)
        => CallCollector.Merge(by, counts.Select(c => (c.Group, c.Trace)));
}
