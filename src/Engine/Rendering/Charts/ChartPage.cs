using System.Globalization;
using System.Net;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>
/// Writes a chart as one self-contained HTML page: the picture, whose parts show their numbers while the pointer is over them,
/// and the numbers as tables. Its Content-Security-Policy forbids scripts and network access. It has a light and a dark theme.
/// </summary>
internal static class ChartPage
{
    private const int LongestName = 200;

    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy"
         content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>
        """;

    private const string Style = """
        :root { --ink: #1f2933; --soft: #52606d; --line: #d9dee3; --page: #fff; --head: #f2f5f7 }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e7eb; --soft: #a5b1bd; --line: #3a4650; --page: #14191e; --head: #20272e }
        }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--page);
          max-width: 80rem; margin: 1.5rem auto; padding: 0 1rem }
        h2 { font-size: 1.2rem; margin-top: 2rem; overflow-wrap: anywhere }
        .scroll { overflow-x: auto }
        table { border-collapse: collapse }
        caption { text-align: left; font-weight: 600; padding: .4rem 0; overflow-wrap: anywhere }
        th, td { text-align: right; padding: .2rem .8rem; border-bottom: 1px solid var(--line); white-space: nowrap;
          font-variant-numeric: tabular-nums }
        thead th { background: var(--head) }
        th:first-child, td:first-child { text-align: left }
        summary { cursor: pointer; margin: .6rem 0; overflow-wrap: anywhere }
        @media print { body { max-width: none; margin: 0 } }

        """;

    /// <summary>
    /// The style of a picture in a page. On paper and on a light ground the attributes of its parts hold; on a dark ground these
    /// rules replace them.
    /// </summary>
    public static string PictureStyle { get; } = MakePictureStyle();

    /// <summary>Writes the page.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="series">The series in it.</param>
    /// <param name="kind">What it shows.</param>
    /// <param name="output">The stream. It is not closed.</param>
    public static void Write(ChartPicture picture, IReadOnlyList<ChartSeries> series, ChartKind kind, Stream output)
    {
        var text = new StringBuilder();
        text.Append(Head).Append(Text(picture.Title)).Append("</title>\n<style>\n").Append(Style).Append(PictureStyle)
            .Append("</style>\n</head>\n<body>\n<main>\n<figure style=\"margin:0\">\n");
        ChartSvg.Write(picture, text, output, isInPage: true);
        text.Append("</figure>\n<h2>The numbers</h2>\n");
        WriteTables(series, kind, text, output);
        text.Append("</main>\n</body>\n</html>\n").FlushTo(output, all: true);
    }

    /// <summary>Writes the numbers of a chart: a table of all series, and one that can be opened for each of them.</summary>
    public static void WriteTables(IReadOnlyList<ChartSeries> series, ChartKind kind, StringBuilder text, Stream output)
    {
        var isFirst = true;
        foreach (var table in ChartTable.Of(series, kind))
        {
            var caption = Text(DisplayText.Shorten(table.Caption, LongestName));
            if (!isFirst) text.Append("<details><summary>").Append(caption).Append("</summary>\n");
            text.Append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").Append(caption)
                .Append("\"><table>");
            if (isFirst) text.Append("<caption>").Append(caption).Append("</caption>");
            text.Append("<thead><tr>");
            foreach (var heading in table.Headings) text.Append("<th scope=\"col\">").Append(Text(heading)).Append("</th>");
            text.Append("</tr></thead><tbody>\n");
            foreach (var row in table.Rows)
            {
                text.Append("<tr><th scope=\"row\">").Append(Text(DisplayText.Shorten(row[0], LongestName))).Append("</th>");
                foreach (var cell in row.Skip(1)) text.Append("<td>").Append(Text(cell)).Append("</td>");
                text.Append("</tr>\n").FlushTo(output);
            }
            text.Append("</tbody></table></div>\n");
            if (!isFirst) text.Append("</details>\n");
            isFirst = false;
        }
    }

    private static string MakePictureStyle()
    {
        var style = new StringBuilder();
        style.Append(".chart { display: block; width: 100%; max-width: 1200px; height: auto; margin: 0 auto }\n");
        style.Append(".chart rect:hover { stroke: currentColor; stroke-width: 1 } .chart .ground:hover { stroke: none }\n");
        style.Append("@media screen and (prefers-color-scheme: dark) {\n");
        foreach (var color in ChartColor.All)
        {
            style.Append(CultureInfo.InvariantCulture, $"  .chart .{color.Name} {{ fill: {color.Dark} }}")
                .Append(CultureInfo.InvariantCulture, $" .chart .line.{color.Name} {{ fill: none; stroke: {color.Dark} }}\n");
        }
        return style.Append("}\n").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(DisplayText.Visible(text));
}
