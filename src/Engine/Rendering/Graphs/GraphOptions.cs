using KernelMagnifier.Files;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The options of a drawing of a call graph.</summary>
internal sealed record GraphOptions
{
    /// <summary>The template of links to bootlin's source browser.</summary>
    public const string DefaultSourceUrl = "https://elixir.bootlin.com/linux/{version}/source/{file}#L{line}";

    /// <summary>The files that were read besides the recordings, which the picture must not replace.</summary>
    public IReadOnlyList<InputIdentity> Inputs { get; init; } = [];

    /// <summary>The title; null for the name of the recording.</summary>
    public string? Title { get; init; }

    /// <summary>The most functions to draw, busiest first; null for as many as can be laid out in time.</summary>
    public int? Top { get; init; }

    /// <summary>The fewest calls of an edge that is drawn.</summary>
    public long MinCount { get; init; }

    /// <summary>The direction of calls.</summary>
    public GraphLayout Layout { get; init; } = GraphLayout.TopDown;

    /// <summary>The property by which functions are grouped.</summary>
    public GraphClustering ClusterBy { get; init; } = GraphClustering.None;

    /// <summary>The theme of colours.</summary>
    public GraphTheme Theme { get; init; } = GraphTheme.Light;

    /// <summary>The sheet of paper to fit on. Only as many functions are drawn as are readable on it.</summary>
    public GraphPaper Paper { get; init; } = GraphPaper.None;

    /// <summary>Names or patterns of functions. Paths through them are highlighted, everything else fades.</summary>
    public IReadOnlyList<string> Highlight { get; init; } = [];

    /// <summary>
    /// Names or patterns of functions. Only calls reachable from them are drawn; with <see cref="To"/>, only the paths between.
    /// </summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Names or patterns of functions. Only calls on paths to them are drawn.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>
    /// Highlights the hot path: the edge with the most calls (of those from <see cref="From"/> or at <see cref="Highlight"/>, if
    /// set), the busiest path to it and the busiest continuation. With <see cref="From"/> and <see cref="To"/>, the path between
    /// them whose rarest edge has the most calls.
    /// </summary>
    public bool HotPath { get; init; }

    /// <summary>The time limit of a picture. A graph that takes longer to lay out is reduced to its busiest part.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Draws the whole graph, whatever time that takes.</summary>
    public bool Everything { get; init; }

    /// <summary>
    /// The filter that the calls have passed. It is not applied again: the caption shows it, and functions outside its
    /// <see cref="CallFilter.SourcePath"/> are dashed.
    /// </summary>
    public CallFilter? Filter { get; init; }

    /// <summary>
    /// The template of links to the source of a function: <c>{release}</c> (6.1.0-56-amd64), <c>{version}</c> (v6.1),
    /// <c>{file}</c> and <c>{line}</c> are replaced. Null for no links.
    /// </summary>
    public string? SourceUrl { get; init; } = DefaultSourceUrl;

    /// <summary>The comparison that is drawn in place of counts; null for a graph of counts.</summary>
    public GraphDifference? Difference { get; init; }

    /// <summary>Whether an existing file is replaced.</summary>
    public bool Force { get; init; }
}
