using System.Globalization;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Sheets of paper (ISO 216), in the inches that <c>dot</c> takes.</summary>
internal static class PaperSize
{
    private const double Millimetres = 25.4, Margin = 10, Slack = 1;

    /// <summary>The most functions that are readable on a sheet.</summary>
    public static int ReadableFunctions(GraphPaper paper)
        => paper switch { GraphPaper.A4 => 36, GraphPaper.A3 => 72, _ => LayoutCost.ReadableFunctions };

    /// <summary>
    /// Graph attributes, each after a comma, that stretch the drawing towards the aspect ratio of the sheet and scale it to fit.
    /// With a caption wider than the drawing, the result is smaller than the sheet, never larger.
    /// </summary>
    public static string Attributes(GraphPaper paper, GraphLayout layout)
    {
        if (paper == GraphPaper.None) return "";
        var (across, down) = paper == GraphPaper.A4 ? (297.0, 210.0) : (420.0, 297.0);
        if (layout == GraphLayout.LeftRight) (across, down) = (down, across);
        string Inches(double millimetres) => (millimetres / Millimetres).ToString("0.###", CultureInfo.InvariantCulture);
        var size = $"{Inches(across - (2 * Margin) - Slack)},{Inches(down - (2 * Margin) - Slack)}!";
        return $", size=\"{size}\", ratio=fill, margin=\"{Inches(Margin)}\"";
    }
}
