namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// The sheet of paper that a picture fits on: landscape for the top-down layout, portrait for the left-to-right one.
/// </summary>
public enum GraphPaper
{
    /// <summary>The picture has its natural size.</summary>
    None,

    /// <summary>210 × 297 mm.</summary>
    A4,

    /// <summary>297 × 420 mm.</summary>
    A3,
}
