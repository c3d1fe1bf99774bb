using KernelMagnifier.Comparison;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Rows of comparisons, made by hand.</summary>
internal static class Differences
{
    public static readonly TraceComparison Sides = new()
    {
        Before = [Graphs.Trace("/r/before.dat", release: "6.1.0")], After = [Graphs.Trace("/r/after.dat", release: "6.1.0")],
        Per = "second of CPU time", Threshold = 0.1, Drift = ["The recordings have 2 and 4 CPUs."],
    };

    public static TraceDifference Edge(string? caller, string callee, double? before, double? after, string verdict, TraceComparison? sides = null)
        => Row($"{caller ?? "(not traced)"} → {callee}", caller, callee, before, after, verdict, sides);

    public static TraceDifference Function(string name, double? before, double? after, string verdict, TraceComparison? sides = null)
        => Row(name, null, name, before, after, verdict, sides);

    public static TraceDifference Row(
        string key, string? caller, string callee, double? before, double? after, string verdict, TraceComparison? sides = null)
    {
        var ratio = before > 0 && after > 0 ? after / before : null;
        return new()
        {
            Kind = "Call", Key = key, Caller = caller, Callee = callee, Metric = "Rate", Unit = "1/CPU-s", Before = before, After = after,
            Ratio = ratio, RatioLow = ratio * 0.9, RatioHigh = ratio * 1.1, Verdict = verdict, Method = "SinglePair",
            Presence = before is null or 0 ? "New" : after is null or 0 ? "Gone" : "Both", Comparison = sides ?? Sides,
            BeforeCount = (long)((before ?? 0) * 10), AfterCount = (long)((after ?? 0) * 10), Reasons = ["One recording on each side."],
        };
    }

    /// <summary>Edges and functions of every change.</summary>
    public static List<TraceDifference> Every() =>
    [
        Edge("root", "more", 10, 13.8, "Regressed"), Function("more", 10, 13.8, "Regressed"),
        Edge("root", "less", 100, 50, "Improved"), Function("less", 100, 50, "Improved"),
        Edge("more", "new", 0, 8, "Regressed"), Function("new", 0, 8, "Regressed"),
        Edge("less", "gone", 8, 0, "Improved"), Function("gone", 8, 0, "Improved"),
        Edge("root", "same", 1000, 1001, "NoDifference"), Function("same", 1000, 1001, "NoDifference"),
        Edge("same", "unclear", 4, 9, "Inconclusive"), Function("unclear", 4, 9, "Inconclusive"),
        Edge(null, "root", 5, 5, "NoDifference"),
    ];
}
