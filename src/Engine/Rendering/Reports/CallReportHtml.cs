using System.Globalization;
using System.Net;
using System.Text;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes a report as one self-contained HTML page, whose tables can be sorted and searched. Its Content-Security-Policy allows
/// its own script only and forbids network access. It has a light and a dark theme and a style for printing.
/// </summary>
internal static class CallReportHtml
{
    private const int LongestName = 500;

    // Each histogram has its own plot, one below the other.
    private const int MostHistograms = 12;

    private static readonly string Head = $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy"
         content="default-src 'none'; script-src '{CallReportScript.Hash}'; style-src 'unsafe-inline'; base-uri 'none';
         form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>
        """;

    private const string Style = """
        </title>
        <style>
        :root { --ink: #1f2933; --soft: #52606d; --line: #d9dee3; --page: #fff; --head: #f2f5f7; --bar: #c3dbea; --warn: #8a1c1c;
          --more: #a53d0a; --less: #00629c }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e7eb; --soft: #a5b1bd; --line: #3a4650; --page: #14191e;
                    --head: #20272e; --bar: #234b66; --warn: #ff9b8f;
                    --more: #ff9a4d; --less: #56b4e9 }
        }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--page);
          max-width: 80rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.6rem; overflow-wrap: anywhere } h2 { font-size: 1.2rem; margin-top: 2.5rem }
        nav a { margin-right: 1rem; color: inherit }
        .scroll { overflow-x: auto }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top;
          overflow-wrap: anywhere }
        thead th { position: sticky; top: 0; background: var(--head) }
        .facts { width: auto } .facts th { font-weight: normal; color: var(--soft); white-space: nowrap }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        .bar { background-image: linear-gradient(var(--bar), var(--bar)); background-repeat: no-repeat;
          background-position: right center }
        .name { font-family: ui-monospace, monospace; unicode-bidi: isolate }
        .regressed, .improved { font-weight: 600 } .regressed { color: var(--more) } .improved { color: var(--less) }
        .lost { color: var(--warn); font-weight: 600 } .more { color: var(--soft) }
        th button { all: unset; cursor: pointer; display: block } th.n button { margin-left: auto }
        th button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
        th button::after { content: "\2195"; color: var(--soft); margin-left: .35em; font-weight: normal }
        th[aria-sort=ascending] button::after { content: "\2191"; color: inherit }
        th[aria-sort=descending] button::after { content: "\2193"; color: inherit }
        .search input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--soft);
          border-radius: 4px; padding: .2rem .5rem; width: 20rem; max-width: 100% }
        @media print {
          .search, th button::after { display: none }
          body { max-width: none; margin: 0 } thead { display: table-header-group } thead th { position: static }
          .bar { print-color-adjust: exact }
        }

        """;

    /// <summary>Writes the report.</summary>
    public static void Write(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
    {
        var rows = new RowProgress(report, progress, cancel);
        var text = new StringBuilder();
        text.Append(Head).Append(Text(report.Title)).Append(Style)
            .Append(report.Series.Count > 0 ? ChartPage.PictureStyle : "")
            .Append("</style>\n</head>\n<body>\n<h1>").Append(Text(report.Title)).Append("</h1>\n");
        text.Append("<nav aria-label=\"Tables\">");
        foreach (var section in report.Sections)
            text.Append("<a href=\"#").Append(section.Name).Append("\">").Append(section.Name).Append("</a>");
        text.Append("</nav>\n<main>\n<h2>Summary</h2>\n<table class=\"facts\"><tbody>\n");
        foreach (var fact in report.Facts()) Fact(text, fact);
        foreach (var omission in report.Omissions) Fact(text, omission.Name, "more", $"not available: {omission.Reason}");
        text.Append("</tbody></table>\n");
        foreach (var trace in report.Traces)
        {
            text.Append("<h2>Recording</h2>\n<table class=\"facts\"><tbody>\n");
            foreach (var fact in TraceInfoFields.WithWarnings(trace)) Fact(text, fact);
            text.Append("</tbody></table>\n");
        }
        Histograms(text, report, output);
        foreach (var section in report.Sections) Section(text, section, output, rows);
        text.Append("</main>\n<script>").Append(CallReportScript.Text).Append("</script>\n</body>\n</html>\n")
            .FlushTo(output, all: true);
    }

    /// <summary>Draws the latencies with the most intervals. The tables have their numbers.</summary>
    private static void Histograms(StringBuilder text, CallReport report, Stream output)
    {
        if (!report.Series.Any(one => one.Count > 0)) return;
        var options = new ChartOptions { Title = "Histograms", Top = MostHistograms };
        var (series, omitted, _) = ChartExporter.Drawn(report.Series, options);
        text.Append("<figure style=\"margin:1rem 0\">\n");
        ChartSvg.Write(ChartDrawing.Draw(series, omitted, options), text, output, isInPage: true);
        text.Append("</figure>\n");
    }

    private static void Section(StringBuilder text, ReportSection section, Stream output, RowProgress rows)
    {
        var columns = section.ColumnsForPeople();
        text.Append("<h2 id=\"").Append(section.Name).Append("\">").Append(section.Name).Append("</h2>\n")
            .Append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"").Append(section.Name)
            .Append("\"><table><thead><tr>");
        foreach (var i in columns)
        {
            text.Append(section.Columns[i].IsNumber ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                .Append(Text(section.Columns[i].Heading)).Append("</th>");
        }
        text.Append("</tr></thead><tbody>\n");
        foreach (var row in section.Rows)
        {
            text.Append("<tr>");
            foreach (var i in columns) Cell(text, section, i, row[i]);
            text.Append("</tr>\n").FlushTo(output);
            rows.Row();
        }
        text.Append("</tbody></table></div>\n");
        if (section.OmittedText() is { } omitted) text.Append("<p class=\"more\">").Append(omitted).Append("</p>\n");
    }

    private static void Cell(StringBuilder text, ReportSection section, int column, ReportValue value)
    {
        if (column == section.CallsColumn)
        {
            var width = section.MostCalls == 0 ? 0 : 100.0 * value.Number / section.MostCalls;
            text.Append(CultureInfo.InvariantCulture, $"<td class=\"n bar\" style=\"background-size:{width:0.##}% 70%\">");
        }
        else text.Append(section.Columns[column].IsNumber ? "<td class=\"n\">"
            : $"<td class=\"{ClassOf(section, column, value)}\">");
        var content = section.Columns[column].IsSum ? Shown(value) : DisplayText.Shorten(value.ToString(), LongestName);
        text.Append(Text(content)).Append("</td>");
    }

    /// <summary>The style of a text: that of a verdict, of a sentence, or of a name.</summary>
    private static string ClassOf(ReportSection section, int column, ReportValue value) => section.Columns[column].Name switch
    {
        "verdict" => value.ToString() is ("Regressed" or "Improved") and var verdict ? verdict.ToLowerInvariant() : "more",
        "reasons" or "drift" => "text",
        _ => "name",
    };

    private static void Fact(StringBuilder text, ReportFact fact)
    {
        if (fact.Value.Kind == ReportKind.None) return;
        Fact(text, fact.Heading, fact.IsWarning ? "lost" : "", Shown(fact.Value) + (fact.Note is { } note ? $" ({note})" : ""));
    }

    private static void Fact(StringBuilder text, string heading, string style, string value)
        => text.Append("<tr><th scope=\"row\">").Append(Text(heading))
            .Append(style.Length > 0 ? $"</th><td class=\"{style}\">" : "</th><td>").Append(Text(value)).Append("</td></tr>\n");

    private static string Shown(ReportValue value)
        => value is { Kind: ReportKind.Number, IsWhole: true } ? DisplayText.Number(value.Number)
            : DisplayText.Shorten(value.ToString(), LongestName);

    private static string Text(string text) => WebUtility.HtmlEncode(DisplayText.Visible(text));
}
