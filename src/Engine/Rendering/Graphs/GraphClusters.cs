using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Groups the functions of a graph.</summary>
internal static class GraphClusters
{
    /// <summary>The groups, ordered by name. A function without the property is in none.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<GraphNode> Nodes)> Of(
        IReadOnlyList<GraphNode> nodes, GraphClustering by)
    {
        if (by == GraphClustering.None) return [];
        return [.. nodes.Select(node => (Node: node, Name: NameOf(node, by))).Where(n => n.Name is not null)
            .GroupBy(n => n.Name!, n => n.Node).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, (IReadOnlyList<GraphNode>)[.. g]))];
    }

    /// <summary>Checks that the calls hold the property.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.NeedsSymbolMap"/> or <see cref="ErrorCode.NotForEdges"/>: they do not.
    /// </exception>
    public static void Require(GraphModel model, GraphClustering by)
    {
        if (by == GraphClustering.Directory && model.Nodes.All(n => n.Symbol.SourceFile is null))
        {
            throw new KernelMagnifierException(ErrorCode.NeedsSymbolMap, null,
                "Grouping by directory needs the source files of the functions, and no symbol map provides them.",
                "Provide the symbol map of the recorded kernel.");
        }
        if (by == GraphClustering.Context && model.Graph.Shares is null && model.Edges.Count > 0)
        {
            throw new KernelMagnifierException(ErrorCode.NotForEdges, null,
                "Grouping by execution context needs the context of every call, and aggregated edges do not hold it.",
                "Draw the call events instead of edges.");
        }
    }

    /// <summary>The directory of a function's source file; null when it is unknown or the candidates differ.</summary>
    internal static string? DirectoryOf(FunctionSymbol symbol)
    {
        if (symbol.Sources.IsDefaultOrEmpty) return null;
        static string Directory(string file) => file.LastIndexOf('/') is > 0 and var slash ? file[..slash] : "/";
        var first = Directory(symbol.Sources[0].File);
        return symbol.Sources.All(s => Directory(s.File) == first) ? first : null;
    }

    private static string? NameOf(GraphNode node, GraphClustering by) => node.IsUnknown ? null : by switch
    {
        GraphClustering.Directory => DirectoryOf(node.Symbol),
        GraphClustering.Module => node.Symbol.Module ?? "kernel",
        GraphClustering.Context => node.Contexts is not { } contexts || contexts[0] == contexts.Sum() ? null
            : EdgeContexts.Name(node.Context),
        _ => null,
    };
}
