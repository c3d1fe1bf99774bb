using KernelMagnifier.Selection;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>How a call graph is drawn.</summary>
public sealed record GraphOptions
{
    /// <summary>bootlin's source browser.</summary>
    public const string DefaultSourceUrl = "https://elixir.bootlin.com/linux/{version}/source/{file}#L{line}";

    /// <summary>The heading; null for one made of the recording's name.</summary>
    public string? Title { get; init; }

    /// <summary>At most so many functions, the most important ones; null for as many as can be laid out in time.</summary>
    public int? Top { get; init; }

    /// <summary>Edges of fewer calls are left out.</summary>
    public long MinCount { get; init; }

    /// <summary>Which way the calls run.</summary>
    public GraphLayout Layout { get; init; } = GraphLayout.TopDown;

    /// <summary>What functions are put together by.</summary>
    public GraphClustering ClusterBy { get; init; } = GraphClustering.None;

    /// <summary>Light or dark.</summary>
    public GraphTheme Theme { get; init; } = GraphTheme.Light;

    /// <summary>The sheet to fit on; fewer functions are drawn, so that they can be read on it.</summary>
    public GraphPaper Paper { get; init; } = GraphPaper.None;

    /// <summary>Names or patterns of functions: every path through them is marked, the rest fades.</summary>
    public IReadOnlyList<string> Highlight { get; init; } = [];

    /// <summary>Names or patterns of functions: only what they lead to is drawn; with <see cref="To"/>, only the paths between.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Names or patterns of functions: only what leads to them is drawn.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>
    /// Marks the most travelled path: the edge taken most often (of <see cref="From"/> or through <see cref="Highlight"/>, where these are
    /// given), the busiest way that leads to it, and the busiest way on from it. With <see cref="From"/> and <see cref="To"/>, the path between
    /// them whose rarest call is as frequent as can be.
    /// </summary>
    public bool HotPath { get; init; }

    /// <summary>How long the picture may take. A graph too large for it is thinned to its most important part.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Lays out everything, however long it takes.</summary>
    public bool Everything { get; init; }

    /// <summary>
    /// The filter the graph was made with: told in the caption, and functions outside its
    /// <see cref="CallFilter.SourcePath"/> are drawn apart. It is not applied again.
    /// </summary>
    public CallFilter? Filter { get; init; }

    /// <summary>
    /// Where a function's source can be looked at: <c>{release}</c> (6.1.0-56-amd64), <c>{version}</c> (v6.1), <c>{file}</c> and
    /// <c>{line}</c> are filled in. Null for no links.
    /// </summary>
    public string? SourceUrl { get; init; } = DefaultSourceUrl;

    /// <summary>Replaces a file that is there already.</summary>
    public bool Force { get; init; }
}
