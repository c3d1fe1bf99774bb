using System.Globalization;
using System.Net;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>
/// Writes a picture as SVG 1.1, as a file or as a part of a page. Colours are attributes, so that every program shows them, and
/// classes, so that the style of a page can replace them.
/// </summary>
internal static class ChartSvg
{
    private const string Fonts = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

    /// <summary>Writes the picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="to">Receives the text.</param>
    /// <param name="output">Receives the text in blocks.</param>
    /// <param name="isInPage">Whether it becomes a part of a page, with hover texts.</param>
    /// <param name="id">A name that no other picture of the page has.</param>
    public static void Write(ChartPicture picture, StringBuilder to, Stream output, bool isInPage, string id = "chart")
    {
        if (!isInPage) to.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        to.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\"")
            .Append(CultureInfo.InvariantCulture, $" aria-labelledby=\"{id}-title {id}-about\"")
            .Append(isInPage ? "" : $" width=\"{Number(picture.Width)}\" height=\"{Number(picture.Height)}\"")
            .Append(CultureInfo.InvariantCulture, $" viewBox=\"0 0 {Number(picture.Width)} {Number(picture.Height)}\"")
            .Append(CultureInfo.InvariantCulture, $" font-family=\"{Fonts}\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title id=\"{id}-title\">{Text(picture.Title)}</title>\n")
            .Append(CultureInfo.InvariantCulture, $"<desc id=\"{id}-about\">{Text(picture.Description)}</desc>\n");
        foreach (var shape in picture.Shapes)
        {
            switch (shape)
            {
                case ChartBox box: Write(box, to, picture, isInPage); break;
                case ChartLine line: Write(line, to); break;
                case ChartLabel label: Write(label, to); break;
            }
            to.FlushTo(output);
        }
        to.Append("</svg>\n").FlushTo(output, all: !isInPage);
    }

    private static void Write(ChartBox box, StringBuilder to, ChartPicture picture, bool isInPage)
    {
        // The ground is as large as the picture, whose height is known only when it is complete.
        var height = ReferenceEquals(box.Color, ChartColor.Ground) ? picture.Height : box.Height;
        to.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Number(box.X)}\" y=\"{Number(box.Y)}\"")
            .Append(CultureInfo.InvariantCulture, $" width=\"{Number(box.Width)}\" height=\"{Number(height)}\" class=\"{box.Color.Name}\"")
            .Append(CultureInfo.InvariantCulture, $" fill=\"{box.Color.Light}\" shape-rendering=\"crispEdges\"");
        if (isInPage && box.Hover is { } hover)
            to.Append(CultureInfo.InvariantCulture, $"><title>{Text(hover)}</title></rect>\n");
        else to.Append("/>\n");
    }

    private static void Write(ChartLine line, StringBuilder to)
    {
        to.Append("<path d=\"");
        for (var i = 0; i < line.Points.Count; i++)
            to.Append(i == 0 ? 'M' : 'L').Append(Number(line.Points[i].X)).Append(' ').Append(Number(line.Points[i].Y));
        to.Append(CultureInfo.InvariantCulture, $"\" class=\"line {line.Color.Name}\" fill=\"none\"")
            .Append(CultureInfo.InvariantCulture, $" stroke=\"{line.Color.Light}\" stroke-width=\"{Number(line.Thickness)}\"");
        if (line.Dash.Count > 0) to.Append(CultureInfo.InvariantCulture, $" stroke-dasharray=\"{string.Join(' ', line.Dash)}\"");
        // Lines of the grid fill whole pixels.
        if (line.Points is [var a, var b] && (a.X == b.X || a.Y == b.Y) && line.Dash.Count == 0)
            to.Append(" shape-rendering=\"crispEdges\"");
        to.Append("/>\n");
    }

    private static void Write(ChartLabel label, StringBuilder to)
    {
        var (x, y) = (Number(label.X), Number(label.Y));
        to.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" font-size=\"{Number(label.Size)}\"")
            .Append(CultureInfo.InvariantCulture, $" class=\"{label.Color.Name}\" fill=\"{label.Color.Light}\"");
        if (label.Anchor > 0) to.Append(label.Anchor == 1 ? " text-anchor=\"middle\"" : " text-anchor=\"end\"");
        if (label.IsBold) to.Append(" font-weight=\"bold\"");
        if (label.IsUpright) to.Append(CultureInfo.InvariantCulture, $" transform=\"rotate(-90 {x} {y})\"");
        to.Append('>').Append(Text(label.Text)).Append("</text>\n");
    }

    private static string Number(double number) => Math.Round(number, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(DisplayText.Visible(text));
}
