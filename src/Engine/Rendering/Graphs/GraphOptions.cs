using KernelMagnifier.Selection;

namespace KernelMagnifier.Rendering;

/// <summary>Which way the calls run in a picture.</summary>
public enum GraphLayout
{
    /// <summary>Callers above what they call.</summary>
    TopDown,

    /// <summary>Callers left of what they call.</summary>
    LeftRight,
}

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

/// <summary>A graph that was written: what is in the file, and what is not.</summary>
/// <param name="Path">The file.</param>
/// <param name="Functions">Functions drawn.</param>
/// <param name="Edges">Edges drawn.</param>
/// <param name="OmittedFunctions">Functions left out.</param>
/// <param name="OmittedEdges">Edges left out.</param>
/// <param name="OmittedCalls">Calls over the edges left out.</param>
/// <param name="Note">What was left out and how to get it, for the user; null when everything is there.</param>
public sealed record GraphExport(string Path, int Functions, int Edges, int OmittedFunctions, int OmittedEdges, long OmittedCalls, string? Note);
