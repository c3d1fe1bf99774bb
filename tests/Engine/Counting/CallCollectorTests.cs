using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Counting;

public class CallCollectorTests
{
    public static TheoryData<CallGrouping> Groupings => [.. Enumerable.Range(0, 32).Select(i => (CallGrouping)i)];

    [Theory, MemberData(nameof(Groupings))]
    public void CountsOfEventsEqualThoseOfATally(CallGrouping grouping)
    {
        var (names, records) = Calls();
        var tally = new CallTally(grouping);
        tally.Begin(names.Context());
        tally.Accept(records);

        Assert.Equal(Describe(tally.Counts(grouping)), Describe(Collect(grouping, (names, records)).Counts()));
    }

    [Theory, MemberData(nameof(Groupings))]
    public void TwoRecordingsAreSummed(CallGrouping grouping)
    {
        var one = Describe(Collect(grouping, Calls()).Counts());
        var two = Collect(grouping, Calls(), Calls()).Counts();

        Assert.Equal(one.Count, two.Count);
        Assert.Equal(200, two.Sum(c => c.Calls));
        // Every call takes 100 ns, so the total time follows the count.
        // Times of calls that are nested in each other are not summed.
        if ((grouping & CallGrouping.Function) == 0) Assert.All(two, count => Assert.Null(count.TotalTime));
        else Assert.All(two, count => Assert.Equal(count.Calls * 0.1, count.TotalTime!.Value, 9));
    }

    [Theory]
    [InlineData(CallGrouping.None), InlineData(CallGrouping.Function), InlineData(CallGrouping.Caller), InlineData(CallGrouping.Edge)]
    public void CountsOfEdgesEqualThoseOfTheirEvents(CallGrouping grouping)
    {
        var (names, records) = Calls();
        var edges = Collect(CallGrouping.Edge, (names, records)).ToGraph().Edges;
        var collector = new CallCollector(grouping);
        foreach (var edge in edges) collector.Add(edge);

        Assert.Equal(Describe(Collect(grouping, (names, records)).Counts()), Describe(collector.Counts()));
    }

    [Theory]
    [InlineData(CallGrouping.Task), InlineData(CallGrouping.Function | CallGrouping.Cpu), InlineData(CallGrouping.Context)]
    public void GroupingEdgesByTaskContextOrCpuThrows(CallGrouping grouping)
    {
        var edge = Collect(CallGrouping.Edge, Calls()).ToGraph().Edges[0];
        var error = Assert.Throws<KernelMagnifierException>(() => new CallCollector(grouping).Add(edge));
        Assert.Equal((ErrorCode.NotForEdges, (grouping & ~CallGrouping.Edge).ToString()), (error.Code, error.Target));
        Assert.Equal("edges contain only caller, callee and count and cannot be grouped by this.", error.Cause);
        Assert.NotNull(error.RecommendedAction);
    }

    [Fact]
    public void AGraphListsItsRecordings()
    {
        var graph = Collect(CallGrouping.Edge, Calls(), Calls()).ToGraph();
        Assert.Equal(2, graph.Traces.Count);
        Assert.Equal(200, graph.Calls);
        Assert.Empty(new CallCollector(CallGrouping.Edge).ToGraph().Edges);
        Assert.Empty(new CallCollector(CallGrouping.Function).Counts());
    }

    [Fact]
    public void AGraphCountedByContextAndTaskHasShares()
    {
        var plain = Collect(CallGrouping.Edge, Calls(), Calls()).ToGraph();
        var shared = Collect(CallGrouping.Edge | CallGrouping.Context | CallGrouping.Task, Calls(), Calls()).ToGraph();
        Assert.Null(plain.Shares);
        Assert.Equal(plain.Edges.Select(e => (e.Caller, e.Callee, e.Count, e.TotalTime)), shared.Edges.Select(e => (e.Caller, e.Callee, e.Count, e.TotalTime)));
        foreach (var edge in shared.Edges)
            Assert.Equal(edge.Count, shared.Shares!.Where(s => s.Caller.KnownName == edge.Caller && s.Callee.Name == edge.Callee).Sum(s => s.Calls));
        // If one part has no shares, neither has the sum.
        Assert.Null(CallGraph.Merge(shared, plain).Shares);
        Assert.Equal(400, CallGraph.Merge(shared, plain).Calls);
        Assert.NotNull(CallGraph.Merge(shared, new CallGraph([], [])).Shares);
    }

    private static CallCollector Collect(CallGrouping grouping, params (CallNames Names, CallRecord[] Records)[] recordings)
    {
        var collector = new CallCollector(grouping);
        // Interleaved, because events of several recordings can arrive in any order.
        for (var i = 0; i < recordings[0].Records.Length; i++)
            foreach (var (names, records) in recordings)
                collector.Add(new CallEvent(names.Context(), records[i]));
        return collector;
    }

    private static List<string> Describe(IEnumerable<FunctionCallCount> counts)
        => [.. counts.Select(c => $"{c.Function} {c.Caller} {c.Comm} {c.ProcessId} {c.Context} {c.Cpu} {c.Calls} {c.TotalTime} {c.SelfTime}").Order(StringComparer.Ordinal)];

    private static (CallNames Names, CallRecord[] Records) Calls()
    {
        var names = new CallNames();
        int[] functions = [names.Function("a"u8), names.Function("b [m]"u8), names.Function("c"u8)];
        int[] tasks = [names.Task("x"u8, 1), names.Task("y y"u8, 2, 1)];
        var random = new Random(7);
        var records = new CallRecord[100];
        for (var i = 0; i < records.Length; i++)
            records[i] = new CallRecord
            {
                Time = i, Cpu = random.Next(-1, 2), Task = tasks[random.Next(2)], Context = (ExecutionContext)random.Next(5),
                Function = functions[random.Next(3)], Caller = random.Next(4) is var c && c == 3 ? 0 : functions[c],
                Duration = 100, SelfDuration = 50, Depth = 0,
            };
        return (names, records);
    }
}
