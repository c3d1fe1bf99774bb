namespace KernelMagnifier.Rendering.Charts;

/// <summary>A part of a picture. Coordinates are pixels from the upper left corner.</summary>
/// <param name="Color">The colour.</param>
internal abstract record ChartShape(ChartColor Color)
{
    /// <summary>What a page shows while the pointer is over it; null for nothing. Untrusted text.</summary>
    public string? Hover { get; init; }
}
