using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Call graphs for tests: made by hand, or counted by an independent program.</summary>
internal static class Graphs
{
    public static TraceInfo Trace(string path = "some.data", long lost = 0, string? release = null, long events = 0)
        => new(path) { Tracer = "function", Cpus = 2, LostEvents = lost, KernelRelease = release, Calls = events };

    public static FunctionSymbol Function(string name, string? module = null, params string[] sources)
        => new(1, name, module, null, [.. sources.Select(s => s.Split(':') is [var file, var line] ? new SourceLocation(file, int.Parse(line)) : new SourceLocation(s, 0))]);

    public static CallEdge Edge(string caller, string callee, long count) => Edge(Named(caller), Named(callee), count);

    public static CallEdge Edge(FunctionSymbol caller, FunctionSymbol callee, long count) => new(caller, callee, count, -1, -1, null);

    public static CallGraph Of(params CallEdge[] edges) => new([Trace()], edges);

    /// <summary>The edges of a recording as counted by an independent program.</summary>
    public static CallGraph Counted(string recording, long lost)
    {
        var rows = File.ReadLines(SharedData.Shared($"expected/{recording}.edges.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        return new CallGraph([Trace(recording + ".data", lost, "6.1.0-56-amd64")], rows.Select(r => Edge(r[0], r[1], long.Parse(r[2]))));
    }

    /// <summary>A tree of functions with decreasing counts towards the leaves, and cross edges.</summary>
    public static CallGraph Tree(int functions)
        => new([Trace()], Enumerable.Range(1, functions - 1).Select(i => Edge($"f{(i - 1) / 3}", $"f{i}", 1 + (1_000_000 / i)))
            .Concat(Enumerable.Range(1, functions - 2).Select(i => Edge($"f{i}", $"f{i * 7 % (functions - 1) + 1}", 1 + (i % 3)))));

    private static FunctionSymbol Named(string name) => name.Length == 0 ? FunctionSymbol.Unknown : Function(name);
}
