using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Which functions stand together, and under what name.</summary>
internal static class GraphClusters
{
    /// <summary>The groups, by name, each with its functions; those without one are in none.</summary>
    /// <exception cref="RenderException">The calls do not tell what is asked for.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<GraphNode> Nodes)> Of(IReadOnlyList<GraphNode> nodes, GraphClustering by)
    {
        if (by == GraphClustering.None || nodes.Count == 0) return [];
        List<(string Name, IReadOnlyList<GraphNode> Nodes)> groups =
            [.. nodes.Where(n => NameOf(n, by) is not null).GroupBy(n => NameOf(n, by)!).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, (IReadOnlyList<GraphNode>)[.. g]))];
        return groups;
    }

    /// <summary>Refuses what the calls do not tell.</summary>
    /// <exception cref="RenderException">They do not tell it.</exception>
    public static void Require(GraphModel model, GraphClustering by)
    {
        if (by == GraphClustering.Directory && model.Nodes.All(n => n.Symbol.SourceFile is null))
            throw new RenderException("-ClusterBy Directory (--cluster-by directory) needs to know where functions are defined: give a symbol map with -SymbolMap (--symbol-map).");
        if (by == GraphClustering.Context && model.Graph.Shares is null && model.Edges.Count > 0)
            throw new RenderException("-ClusterBy Context needs to know in which context every call ran, and edges do not hold it: give Export-KmGraph the calls themselves, without -AsEdge before.");
    }

    /// <summary>The name of a function's group; null when it is in none.</summary>
    internal static string? NameOf(GraphNode node, GraphClustering by) => node.IsUnknown ? null : by switch
    {
        GraphClustering.Directory => DirectoryOf(node.Symbol),
        GraphClustering.Module => node.Symbol.Module ?? "kernel",
        GraphClustering.Context => node.Contexts is null || node.Contexts[0] == node.Contexts.Sum() ? null : EdgeContexts.Name(node.Context),
        _ => null,
    };

    /// <summary>The directory of a function's source; of several candidates, the one they share.</summary>
    internal static string? DirectoryOf(FunctionSymbol symbol)
    {
        if (symbol.Sources.IsDefaultOrEmpty) return null;
        static string Directory(string file) => file.LastIndexOf('/') is > 0 and var slash ? file[..slash] : "/";
        var first = Directory(symbol.Sources[0].File);
        return symbol.Sources.All(s => Directory(s.File) == first) ? first : null;
    }
}
