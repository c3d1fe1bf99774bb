using System.Collections.Immutable;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Engine.Tests.Counting;

/// <summary>A filter in the pipeline selects the same calls as the same filter in a reader.</summary>
public class CallSelectorTests
{
    private static readonly Sources Map = new();

    public static TheoryData<string> Filters => [.. Named.Keys];

    private static readonly Dictionary<string, CallFilter> Named = new()
    {
        ["Function"] = new() { Function = ["tcp_*", "schedule"] },
        ["Caller"] = new() { Caller = ["tcp_sendmsg"] },
        ["SourcePath"] = new() { SourcePath = ["net/"] },
        ["SourcePath, strict"] = new() { SourcePath = ["net/"], Strict = true },
        ["SourcePath, wildcard"] = new() { SourcePath = ["net/ipv4/*.c"] },
        ["Module"] = new() { Module = ["ext4"] },
        ["Module, core"] = new() { Module = ["kernel"] },
        ["Cpu"] = new() { Cpu = [1] },
        ["ProcessId"] = new() { ProcessId = [10, 500] },
        ["Comm"] = new() { Comm = ["kwork*"] },
        ["Context"] = new() { Context = [ExecutionContext.SoftIrq, ExecutionContext.HardIrq] },
        ["Since"] = new() { Since = 50e-9 },
        ["Until"] = new() { Until = 120e-9 },
        ["Since and Until"] = new() { Since = 50e-9, Until = 120e-9 },
        ["ExcludeFunction"] = new() { ExcludeFunction = ["tcp_*"] },
        ["ExcludeCaller"] = new() { ExcludeCaller = ["schedule"] },
        ["ExcludeSourcePath"] = new() { ExcludeSourcePath = ["net/"] },
        ["ExcludeModule"] = new() { ExcludeModule = ["ext4"] },
        ["ExcludeCpu"] = new() { ExcludeCpu = [0, 2] },
        ["ExcludeProcessId"] = new() { ExcludeProcessId = [10] },
        ["ExcludeComm"] = new() { ExcludeComm = ["bash"] },
        ["ExcludeContext"] = new() { ExcludeContext = [ExecutionContext.Task] },
        ["Root"] = new() { Root = ["tcp_sendmsg"] },
        ["Root, depth"] = new() { Root = ["tcp_sendmsg"], Depth = 1 },
        ["MinCount"] = new() { MinCount = 4 },
        ["Root, MinCount, Cpu"] = new() { Root = ["schedule"], MinCount = 2, ExcludeCpu = [2] },
        ["nothing"] = new(),
    };

    [Theory, MemberData(nameof(Filters))]
    public void SelectsTheSameEventsAsAReader(string name)
    {
        var filter = Named[name];
        var (names, records) = Calls(Map);
        var expected = AsAReader(names, records, filter);

        Assert.Equal(expected, Select(new CallSelector(filter), names, records).Select(Describe));
        Assert.Equal(name == "nothing", expected.Count == records.Length);
        Assert.NotEmpty(expected);
    }

    [Theory, MemberData(nameof(Filters))]
    public void ASymbolMapGivenLateSelectsTheSameEvents(string name)
    {
        var filter = Named[name];
        var (names, records) = Calls(Map);
        var (bare, same) = Calls(null);

        Assert.Equal(AsAReader(names, records, filter), Select(new CallSelector(filter, Map), bare, same).Select(Describe));
    }

    [Theory, MemberData(nameof(Filters))]
    public void SelectsTheSameEdgesAsTheirCalls(string name)
    {
        var filter = Named[name];
        var (names, records) = Calls(Map);
        var edges = Graph(names, records).Edges;
        var selector = new CallSelector(filter);
        if (filter.NotForEdges is not null)
        {
            var error = Assert.Throws<KernelMagnifierException>(() => selector.Select(edges[0]));
            Assert.Equal((ErrorCode.NotForEdges, filter.NotForEdges), (error.Code, error.Target));
            Assert.NotNull(error.RecommendedAction);
            return;
        }
        var selected = edges.Select(selector.Select).OfType<CallEdge>().Concat(selector.HeldEdges());

        var events = new CallCollector(CallGrouping.Edge);
        foreach (var call in Select(new CallSelector(filter), names, records)) events.Add(call);
        Assert.Equal(events.ToGraph().Edges.Select(e => $"{e}").Order(), selected.Select(e => $"{e}").Order());
    }

    [Fact]
    public void EachRecordingIsSelectedSeparately()
    {
        var (names, records) = Calls(null);
        var (others, few) = Calls(null);
        var selector = new CallSelector(new CallFilter { MinCount = 4 });
        foreach (var record in records) selector.Select(new CallEvent(names.Context(), record));
        foreach (var record in few[..6]) selector.Select(new CallEvent(others.Context(), record));

        var expected = AsAReader(names, records, new CallFilter { MinCount = 4 });
        Assert.Equal(expected, selector.HeldEvents().Select(Describe));
    }

    [Fact]
    public void FilteringBySourceWithoutASymbolMapThrows()
    {
        var (names, records) = Calls(null);
        var filter = new CallFilter { SourcePath = ["net/"] };
        var call = new CallEvent(names.Context(), records[0]);
        var error = Assert.Throws<KernelMagnifierException>(() => new CallSelector(filter).Select(call));
        Assert.Equal((ErrorCode.NeedsSymbolMap, nameof(CallFilter.SourcePath)), (error.Code, error.Target));
        Assert.Equal("Give a symbol map.", error.RecommendedAction);

        var selector = new CallSelector(filter);
        foreach (var edge in Graph(names, records).Edges) Assert.Null(selector.Select(edge));
        error = Assert.Throws<KernelMagnifierException>(() => selector.HeldEdges());
        Assert.Equal((ErrorCode.NeedsSymbolMap, nameof(CallFilter.SourcePath)), (error.Code, error.Target));
    }

    private static List<string> AsAReader(CallNames names, CallRecord[] records, CallFilter filter)
    {
        ReachableEdges? selection = null;
        if (filter.NeedsGraph)
        {
            var tally = new CallTally(CallGrouping.Edge);
            tally.Begin(names.Context());
            var first = records.ToArray();
            tally.Accept(first.AsSpan(0, new CallPredicate(filter, null, names.Context()).Keep(first)));
            selection = ReachableEdges.Of(tally, filter);
        }
        var all = records.ToArray();
        return [.. all[..new CallPredicate(filter, selection, names.Context()).Keep(all)].Select(r => Describe(new CallEvent(names.Context(), r)))];
    }

    private static List<CallEvent> Select(CallSelector selector, CallNames names, CallRecord[] records)
        => [.. records.Select(r => selector.Select(new CallEvent(names.Context(), r))).OfType<CallEvent>(), .. selector.HeldEvents()];

    private static CallGraph Graph(CallNames names, CallRecord[] records)
    {
        var collector = new CallCollector(CallGrouping.Edge);
        foreach (var record in records) collector.Add(new CallEvent(names.Context(), record));
        return collector.ToGraph();
    }

    private static string Describe(CallEvent e)
        => $"{e.Timestamp} {e.Cpu} {e.Comm} {e.ProcessId} {e.ThreadGroupId} {e.Context} {e} {e.Module} {e.SourceFile} {e.CallerModule} {e.CallerSourceFile} {e.Duration} {e.Depth}";

    /// <summary>300 calls between a few functions, from a fixed seed.</summary>
    private static (CallNames Names, CallRecord[] Records) Calls(ISourceResolver? resolver)
    {
        var names = new CallNames(resolver);
        int[] functions =
        [
            names.Function("tcp_sendmsg"u8), names.Function("tcp_push"u8), names.Function("tcp_ack"u8), names.Function("schedule"u8),
            names.Function("__schedule"u8), names.Function("ext4_write [ext4]"u8), names.Function("dup_name"u8), 0,
        ];
        int[] tasks = [names.Task("bash"u8, 10, 10), names.Task("kworker/0:1"u8, 20), names.Task("curl"u8, 501, 500), 0];
        var random = new Random(20260801);
        var records = new CallRecord[300];
        for (var i = 0; i < records.Length; i++)
            records[i] = new CallRecord
            {
                Time = i, Cpu = random.Next(3), Task = tasks[random.Next(tasks.Length)], Context = (ExecutionContext)random.Next(1, 4),
                Function = functions[random.Next(functions.Length - 1)], Caller = functions[random.Next(functions.Length)],
                Duration = CallRecord.NoDuration, SelfDuration = CallRecord.NoDuration, Depth = CallRecord.NoDepth,
            };
        return (names, records);
    }

    private sealed class Sources : ISourceResolver
    {
        public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address) => name switch
        {
            "tcp_sendmsg" => [new("net/ipv4/tcp.c", 1)],
            "tcp_push" or "tcp_ack" => [new("net/ipv4/tcp_output.c", 2)],
            "schedule" or "__schedule" => [new("kernel/sched/core.c", 3)],
            "dup_name" => [new("net/core/dev.c", 4), new("fs/inode.c", 5)],
            _ => [],
        };
    }
}
