namespace KernelMagnifier.Rendering.Graphs;

/// <summary>A sheet a picture is made to fit on. Calls that run down lie across, calls that run right stand upright.</summary>
public enum GraphPaper
{
    /// <summary>As large as it comes.</summary>
    None,

    /// <summary>210 × 297 mm.</summary>
    A4,

    /// <summary>297 × 420 mm.</summary>
    A3,
}
