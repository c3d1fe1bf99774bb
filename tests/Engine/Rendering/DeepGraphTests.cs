using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Graphs;
using static KernelMagnifier.Engine.Tests.Rendering.Graphs;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Tests graphs whose paths are deeper than what is drawn, as a damaged or hostile recording makes them.</summary>
public sealed class DeepGraphTests
{
    private static readonly GraphMarks NoMarks = new(new HashSet<GraphNode>(), null, []);

    private static GraphModel Model(IEnumerable<CallEdge> edges) => new(new CallGraph([Trace()], edges), _ => false);

    private static IEnumerable<CallEdge> Chain(int length, string prefix = "f")
        => Enumerable.Range(0, length - 1).Select(i => Edge($"{prefix}{i}", $"{prefix}{i + 1}", 1));

    [Fact]
    public void ChoosingFromPathsThatAreTooDeepDoesNotFollowThem()
    {
        // A chain with as many leaves at its end: each path is followed for 20,000 functions if they are counted one by one.
        const int Length = 40_000;
        var model = Model(Chain(Length).Concat(Enumerable.Range(0, Length).Select(i => Edge($"f{Length - 1}", $"leaf{i}", 1))));
        var room = new TrunkRoom(model, []);
        foreach (var edge in model.Edges) Assert.InRange(room.Missing(edge), 2, Length + 1);
        Assert.InRange(room.Followed, 0, 200L * model.Edges.Count);

        var part = model.Busiest(20_000, 100_000, 1);
        Assert.Equal(20_000, part.Nodes.Count);
        Assert.All(part.Edges, e => Assert.Same(e.Caller, e.Callee.Parent));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 5)]
    [InlineData(3, 40)]
    public void MissingFunctionsAreThoseOnThePathsUpToTheFirstChosenOne(int seed, int first)
    {
        var random = new Random(seed);
        var model = Model(Enumerable.Range(1, 600).Select(i => Edge($"f{Math.Max(0, i - random.Next(1, 1 + (i % 90)))}", $"f{i}", random.Next(1, 9)))
            .Concat(Enumerable.Range(0, 200).Select(_ => Edge($"f{random.Next(600)}", $"f{random.Next(600)}", random.Next(1, 9))))
            .Concat(Chain(200, "g")).DistinctBy(e => (e.Caller, e.Callee)));
        var chosen = model.Nodes.OrderBy(_ => random.Next()).Take(first).ToHashSet();
        var room = new TrunkRoom(model, chosen);
        foreach (var edge in model.Edges.OrderBy(_ => random.Next()))
        {
            var path = new HashSet<GraphNode>();
            foreach (var end in new[] { edge.Caller, edge.Callee })
                for (var node = end; node is not null && !chosen.Contains(node); node = node.Parent) path.Add(node);
            Assert.Equal(path.Count, room.Missing(edge));
            if (random.Next(8) == 0) chosen.UnionWith(path);
        }
    }

    [Fact]
    public void TheHotPathOfADeepChainIsInTheOrderOfItsCalls()
    {
        const int Length = 50_000;
        var model = Model(Chain(Length).Append(Edge($"f{Length - 1}", "end", 5)));
        var path = GraphPaths.Hottest(model, null, null);
        Assert.Equal(Length, path.Count);
        Assert.Equal(("f0", "end"), (path[0].Caller.Symbol.Name, path[^1].Callee.Symbol.Name));
        Assert.All(path.Zip(path.Skip(1)), pair => Assert.Same(pair.First.Callee, pair.Second.Caller));
        var widest = GraphPaths.Widest(GraphPaths.Find(model, ["f0"], GraphPaths.Start), GraphPaths.Find(model, ["end"], GraphPaths.End));
        Assert.Equal(path, widest);
    }

    [Fact]
    public void TheHotPathOfManyCallersOfManyFunctionsSumsTheCallsOfAFunctionOnce()
    {
        // Summed for each caller, these are 1,600 million calls.
        const int Many = 40_000;
        var model = Model(Enumerable.Range(0, Many).Select(i => Edge($"in{i}", "hub", 1)).Concat(Enumerable.Range(0, Many).Select(i => Edge("hub", $"out{i}", 1))));
        var before = DateTime.UtcNow;
        Assert.Equal(2, GraphPaths.Hottest(model, null, null).Count);
        Assert.InRange((DateTime.UtcNow - before).TotalSeconds, 0, 2);
        Assert.Equal(Many, model.Nodes.Single(n => n.Symbol.Name == "hub").CallsOnward);
    }

    [Fact]
    public void ADeepChainIsDrawnFromItsRoot()
    {
        var model = Model(Chain(100));
        var part = model.Busiest(20, 100, 1, NoMarks);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"f{i}").Order(StringComparer.Ordinal), part.Nodes.Select(n => n.Symbol.Name));
    }
}
