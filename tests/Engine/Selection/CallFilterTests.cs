using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Selection;

public class CallFilterTests
{
    /// <summary>Sources by a simple rule: <c>tcp_*</c> is defined in net/ipv4/tcp.c, <c>two_*</c> in two files, <c>none_*</c> in none, everything else in kernel/.</summary>
    private sealed class Sources : ISourceResolver
    {
        public System.Collections.Immutable.ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address)
            => name.StartsWith("two_", StringComparison.Ordinal) ? [new("mm/a.c", 1), new("fs/b.c", 2)]
            : name.StartsWith("none_", StringComparison.Ordinal) ? []
            : [new(name.StartsWith("tcp_", StringComparison.Ordinal) ? "net/ipv4/tcp.c" : "kernel/main.c", 10)];
    }

    private const string Trace = """
        # tracer: function
                    bash-42      [000] .....     1.000000: tcp_a <-main
                    bash-42      [001] d.h..     2.000000: main <-tcp_a
             ksoftirqd/1-16      [001] ..s..     3.000000: tcp_b <-tcp_a
                    bash-43      [002] .....     4.000000: two_x [ext4] <-none_y
                    curl-99      [000] .....     5.000000: leaf <-main
                    curl-99      [000] .....     6.000000: leaf <-main

        """;

    /// <summary>Filters, and the seconds of the calls that pass.</summary>
    private static readonly Dictionary<string, (CallFilter Filter, string Expected)> Cases = new()
    {
        ["function"] = (new() { Function = ["tcp_*"] }, "1 3"),
        ["functions"] = (new() { Function = ["leaf", "tcp_a"] }, "1 5 6"),
        ["caller"] = (new() { Caller = ["tcp_a"] }, "2 3"),
        ["either end"] = (new() { SourcePath = ["net/"] }, "1 2 3"),
        ["both ends"] = (new() { SourcePath = ["net/"], Strict = true }, "3"),
        ["path pattern"] = (new() { SourcePath = ["net/*/tcp.?"] }, "1 2 3"),
        ["any of two sources"] = (new() { SourcePath = ["fs/"] }, "4"),
        ["module"] = (new() { Module = ["ext4"] }, "4"),
        ["built in"] = (new() { Module = ["kernel"] }, "1 2 3 5 6"),
        ["cpu"] = (new() { Cpu = [1, 2] }, "2 3 4"),
        ["pid"] = (new() { ProcessId = [42] }, "1 2"),
        ["comm"] = (new() { Comm = ["ksoftirqd/*", "curl"] }, "3 5 6"),
        ["context"] = (new() { Context = [ExecutionContext.HardIrq, ExecutionContext.SoftIrq] }, "2 3"),
        ["since"] = (new() { Since = 3 }, "3 4 5 6"),
        ["until"] = (new() { Until = 3 }, "1 2 3"),
        ["exclude function"] = (new() { ExcludeFunction = ["tcp_*", "leaf"] }, "2 4"),
        ["exclude caller"] = (new() { ExcludeCaller = ["main"] }, "2 3 4"),
        ["exclude source path"] = (new() { ExcludeSourcePath = ["net/"] }, "2 4 5 6"),
        ["exclude module"] = (new() { ExcludeModule = ["ext4"] }, "1 2 3 5 6"),
        ["exclude cpu"] = (new() { ExcludeCpu = [0] }, "2 3 4"),
        ["exclude pid"] = (new() { ExcludeProcessId = [42, 99] }, "3 4"),
        ["exclude comm"] = (new() { ExcludeComm = ["bash"] }, "3 5 6"),
        ["exclude context"] = (new() { ExcludeContext = [ExecutionContext.Task] }, "2 3"),
        ["root"] = (new() { Root = ["tcp_a"] }, "1 2 3 5 6"),
        ["root, depth 1"] = (new() { Root = ["tcp_a"], Depth = 1 }, "2 3"),
        ["minimum count"] = (new() { MinCount = 2 }, "5 6"),
        ["minimum count of the calls that pass"] = (new() { MinCount = 2, ExcludeProcessId = [99] }, ""),
        ["several conditions"] = (new() { Function = ["tcp_*"], Cpu = [1], Context = [ExecutionContext.SoftIrq] }, "3"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void KeepsTheMatchingCalls(string name)
    {
        var (filter, expected) = Cases[name];
        var (events, info) = Reading.Events(Open(), filter);
        Assert.Equal(expected, string.Join(' ', events.Select(e => long.Parse(e.Split(' ')[0], CultureInfo.InvariantCulture) / 1_000_000_000)));
        Assert.Equal(6, info.Calls);
        // Counting selects the same calls as listing.
        var tally = new CallTally(CallGrouping.Edge);
        using var reader = Open();
        reader.Read(tally, filter);
        Assert.Equal(events.Count, tally.Calls);
        if (filter.NotForEdges is null)
        {
            // Filtering the edges afterwards selects the same calls too.
            using var again = Open();
            var all = new CallTally(CallGrouping.Edge);
            again.Read(all);
            var predicate = new CallPredicate(filter, null, new TraceContext(again.Source, again.Names));
            var graph = ReachableEdges.Of(new CallGraph([], all.ToGraph().Edges.Where(predicate.Matches)), filter);
            Assert.Equal(Reading.Lines(tally.ToGraph()), Reading.Lines(graph));
        }
    }

    private static TraceReader Open() => TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(Trace)), "-", new TraceReadOptions { SourceResolver = new Sources() });
}
