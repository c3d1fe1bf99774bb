namespace KernelMagnifier.Rendering.Charts;

/// <summary>A filled rectangle.</summary>
/// <param name="X">The left side.</param>
/// <param name="Y">The upper side.</param>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
/// <param name="Color">The colour.</param>
internal sealed record ChartBox(double X, double Y, double Width, double Height, ChartColor Color) : ChartShape(Color);
