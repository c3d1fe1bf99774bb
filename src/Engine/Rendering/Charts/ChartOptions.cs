using KernelMagnifier.Files;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>How to draw a chart.</summary>
internal sealed record ChartOptions
{
    /// <summary>What it shows.</summary>
    public ChartKind Kind { get; init; }

    /// <summary>The title; null for one that names the kinds and the recordings.</summary>
    public string? Title { get; init; }

    /// <summary>The format without a dot; null for the one that the extension names.</summary>
    public string? Format { get; init; }

    /// <summary>The most latencies in the chart.</summary>
    public int Top { get; init; } = 6;

    /// <summary>Replace an existing file.</summary>
    public bool Force { get; init; }

    /// <summary>What was lost or is uncertain, for the caption; null for nothing.</summary>
    public string? Doubt { get; init; }

    /// <summary>The files that were read, which the chart must not replace.</summary>
    public IReadOnlyList<InputIdentity> Inputs { get; init; } = [];
}
