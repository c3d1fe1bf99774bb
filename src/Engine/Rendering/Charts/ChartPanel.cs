namespace KernelMagnifier.Rendering.Charts;

/// <summary>The place of a plot in a picture, without its labels.</summary>
/// <param name="Left">The left side.</param>
/// <param name="Top">The upper side.</param>
/// <param name="Right">The right side.</param>
/// <param name="Bottom">The lower side.</param>
internal readonly record struct ChartPanel(double Left, double Top, double Right, double Bottom)
{
    /// <summary>The width.</summary>
    public double Width => Right - Left;

    /// <summary>The height.</summary>
    public double Height => Bottom - Top;
}
