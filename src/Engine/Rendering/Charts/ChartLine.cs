namespace KernelMagnifier.Rendering.Charts;

/// <summary>A line through points.</summary>
/// <param name="Points">The points.</param>
/// <param name="Thickness">The thickness.</param>
/// <param name="Dash">The lengths of dashes and gaps; empty for none.</param>
/// <param name="Color">The colour.</param>
internal sealed record ChartLine(
    IReadOnlyList<(double X, double Y)> Points, double Thickness, IReadOnlyList<int> Dash, ChartColor Color) : ChartShape(Color);
