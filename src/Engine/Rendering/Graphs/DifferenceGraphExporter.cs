using KernelMagnifier.Comparison;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Writes a comparison of calls as a picture, as an HTML page, or in Graphviz's DOT language.</summary>
internal static class DifferenceGraphExporter
{
    /// <summary>Writes the graph. The file appears complete or not at all.</summary>
    /// <param name="rows">The rows of the comparison. Those about anything but calls are left out.</param>
    /// <param name="path">The file. Its extension is one of <see cref="GraphExporter.Formats"/>.</param>
    /// <param name="options">How to draw the graph. Its filter is not used: the rows are filtered already.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="resolve">Adds what a symbol map knows to an edge; null for nothing.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.NotForEdges"/>: no row is about an edge. Otherwise as <see cref="GraphExporter.Export"/>.
    /// </exception>
    public static GraphExport Export(
        IEnumerable<TraceDifference> rows, string path, GraphOptions options, Action<string, int>? progress = null,
        Func<CallEdge, CallEdge>? resolve = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var difference = GraphDifference.Of(rows, options.MinCount, resolve)
            ?? throw new KernelMagnifierException(ErrorCode.NotForEdges, path,
                "A difference graph is drawn of calls between functions, and no row of the comparison is about one.",
                "Compare calls of recordings that name callers, and do not filter all edges out.");
        return GraphExporter.Export(difference.Graph, path,
            options with { Difference = difference, MinCount = 0, Filter = null }, progress, cancel);
    }

    /// <summary>What a drawing shows and what it leaves out.</summary>
    internal static GraphExport Result(GraphDifference difference, GraphModel model, GraphPart part, bool thinned)
    {
        static long Calls(GraphDifference difference, IEnumerable<GraphEdge> edges)
            => edges.Sum(e => difference.Of(e) is { Row: var row } ? row.BeforeCount + row.AfterCount : 0);
        var export = new GraphExport("", part.Nodes.Count, part.Edges.Count, model.Nodes.Count - part.Nodes.Count,
            model.Edges.Count - part.Edges.Count, Calls(difference, model.Edges) - Calls(difference, part.Edges), null, thinned);
        if (export.OmittedFunctions == 0 && export.OmittedEdges == 0) return export;
        static bool IsChanged(DifferenceMark? mark) => mark is { Change: not DifferenceChange.None };
        var (shown, all) = (part.Edges.LongCount(e => IsChanged(difference.Of(e))),
            model.Edges.LongCount(e => IsChanged(difference.Of(e))));
        var note = $"Shows {DisplayText.Number(export.Edges)} of {DisplayText.Count(model.Edges.Count, "edge")}, those that "
            + $"changed most, with the paths to them: {DisplayText.Number(shown)} of {DisplayText.Count(all, "change")}";
        if (part.Folds.Count > 0) note += "; nodes marked “…” stand for the rest";
        return export with { Note = thinned ? $"{note}. The whole graph is too large to be drawn quickly or read." : $"{note}." };
    }
}
