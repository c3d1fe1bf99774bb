namespace KernelMagnifier.Rendering.Charts;

/// <summary>A picture made of boxes, lines and texts, independent of its format.</summary>
/// <param name="title">The title. Untrusted text.</param>
internal sealed class ChartPicture(string title)
{
    // Widths of the characters from space to tilde in Helvetica, in thousandths of the size.
    private const string Widths =
        "278278355556556889667191333333389584278333278278556556556556556556556556556556278278584584584556"
        + "1015667667722722667611778722278500667556833722778667778722667611722667944667667611278278278469556333"
        + "556556500556556278556556222222500222833556556556556333500278556500722500500500334260334584";

    private static readonly int[] WidthOf = ReadWidths();

    private readonly List<ChartShape> _shapes = [];

    /// <summary>The width.</summary>
    public double Width { get; } = 960;

    /// <summary>The height.</summary>
    public double Height { get; set; } = 540;

    /// <summary>The title. Untrusted text.</summary>
    public string Title { get; } = title;

    /// <summary>What the picture shows, in words. Untrusted text.</summary>
    public string Description { get; set; } = "";

    /// <summary>The parts in the order in which they are painted.</summary>
    public IReadOnlyList<ChartShape> Shapes => _shapes;

    /// <summary>Adds a filled rectangle.</summary>
    public void Box(double x, double y, double width, double height, ChartColor color, string? hover = null)
        => _shapes.Add(new ChartBox(x, y, width, height, color) { Hover = hover });

    /// <summary>Adds a line through points.</summary>
    public void Line(
        IReadOnlyList<(double X, double Y)> points, ChartColor color, double thickness = 1, IReadOnlyList<int>? dash = null)
        => _shapes.Add(new ChartLine(points, thickness, dash ?? [], color));

    /// <summary>Adds a straight line.</summary>
    public void Line(
        double x1, double y1, double x2, double y2, ChartColor color, double thickness = 1, IReadOnlyList<int>? dash = null)
        => Line([(x1, y1), (x2, y2)], color, thickness, dash);

    /// <summary>Adds a text that starts, is centred or ends at a place.</summary>
    public void Text(
        double x, double y, string text, double size, ChartColor color, int anchor = 0, bool isBold = false,
        bool isUpright = false)
        => _shapes.Add(new ChartLabel(x, y, text, size, anchor, color) { IsBold = isBold, IsUpright = isUpright });

    /// <summary>An estimate of the width of a text, rather too wide than too narrow.</summary>
    public static double WidthOfText(string text, double size, bool isBold = false)
    {
        var sum = 0.0;
        foreach (var c in text) sum += c is >= ' ' and <= '~' ? WidthOf[c - ' '] : c is 'µ' or '·' or '…' ? 600 : 1000;
        return sum * size / 1000 * (isBold ? 1.08 : 1.02);
    }

    /// <summary>The text, shortened in its middle to a width.</summary>
    public static string Fit(string text, double width, double size, bool isBold = false)
    {
        for (var most = Math.Clamp(text.Length, 4, 400); most >= 4; most = Math.Min(most - 1, most * 15 / 16))
        {
            var shown = KernelMagnifier.Text.DisplayText.Fit(text, most);
            if (WidthOfText(shown, size, isBold) <= width) return shown;
        }
        return "…";
    }

    private static int[] ReadWidths()
    {
        var widths = new int[95];
        var at = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            // The only character of four digits is the at sign.
            var digits = i == '@' - ' ' ? 4 : 3;
            widths[i] = int.Parse(Widths.AsSpan(at, digits), System.Globalization.CultureInfo.InvariantCulture);
            at += digits;
        }
        return widths;
    }
}
