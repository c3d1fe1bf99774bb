using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Counting;

/// <summary>The edges of a graph are merged by the identity of their functions, and in an order that is stated.</summary>
public class MergedEdgesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void EqualMergingByNamesAndSortingByThem(int seed)
    {
        var random = new Random(seed);
        // Symbols of several recordings: equal ones are different objects, and some differ in their module or address only.
        FunctionSymbol[] symbols =
        [
            FunctionSymbol.Unknown,
            .. Enumerable.Range(1, 40).Select(id => new FunctionSymbol(
                id, $"f{random.Next(12)}", random.Next(3) == 0 ? $"m{random.Next(2)}" : null,
                random.Next(2) == 0 ? (ulong)random.Next(3) : null, [])),
        ];
        CallEdge[] edges = [.. Enumerable.Range(0, 600).Select(_ => new CallEdge(
            symbols[random.Next(symbols.Length)], symbols[random.Next(1, symbols.Length)], random.Next(1, 4),
            random.Next(3) == 0 ? CallRecord.NoDuration : random.Next(100), CallRecord.NoDuration, null))];

        var graph = new CallGraph([], edges);

        var expected = edges.GroupBy(e => (new CallGraph.FunctionKey(e.CallerSymbol), new CallGraph.FunctionKey(e.CalleeSymbol)))
            .Select(same => (
                First: same.First(), Count: same.Sum(e => e.Count), Total: CallGraph.Sum(same.Select(e => e.TotalNanoseconds))))
            .OrderByDescending(e => e.Count)
            .ThenBy(e => e.First.Caller, StringComparer.Ordinal).ThenBy(e => e.First.Callee, StringComparer.Ordinal)
            .ThenBy(e => e.First.CallerSymbol, FunctionOrder.Instance).ThenBy(e => e.First.CalleeSymbol, FunctionOrder.Instance)
            .Select(e => (e.First.CallerSymbol, e.First.CalleeSymbol, e.Count, e.Total));
        Assert.Equal(expected, graph.Edges.Select(e => (e.CallerSymbol, e.CalleeSymbol, e.Count, e.TotalNanoseconds)));
    }

    [Fact]
    public void NoEdges() => Assert.Empty(new CallGraph([], []).Edges);
}
