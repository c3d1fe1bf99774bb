using System.Globalization;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Sheets of paper (ISO 216), in inches as <c>dot</c> wants them.</summary>
internal static class PaperSize
{
    private const double Millimetres = 25.4, Margin = 10, Slack = 1;

    /// <summary>So many functions can be read when they fill a sheet.</summary>
    public static int ReadableFunctions(GraphPaper paper) => paper switch { GraphPaper.A4 => 36, GraphPaper.A3 => 72, _ => LayoutCost.ReadableFunctions };

    /// <summary>
    /// Attributes of the graph, each after a comma: the drawing is stretched towards the shape of the sheet, and scaled to fit on it. A
    /// heading that is wider than the drawing leaves it a little smaller than the sheet, never larger.
    /// </summary>
    public static string Attributes(GraphPaper paper, GraphLayout layout)
    {
        if (paper == GraphPaper.None) return "";
        var (across, down) = paper == GraphPaper.A4 ? (297.0, 210.0) : (420.0, 297.0);
        if (layout == GraphLayout.LeftRight) (across, down) = (down, across);
        string Inches(double millimetres) => (millimetres / Millimetres).ToString("0.###", CultureInfo.InvariantCulture);
        return $", size=\"{Inches(across - (2 * Margin) - Slack)},{Inches(down - (2 * Margin) - Slack)}!\", ratio=fill, margin=\"{Inches(Margin)}\"";
    }
}
