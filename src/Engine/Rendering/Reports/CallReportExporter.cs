using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes counts of calls as a report; the extension chooses the format.</summary>
public static class CallReportExporter
{
    /// <summary>Rows of a table that a person is shown unless more are asked for.</summary>
    public const int RowsForPeople = 1000;

    /// <summary>Bars of a chart unless others are asked for.</summary>
    public const int Bars = 30;

    /// <summary>The extension of a workbook, for those who have a <see cref="WorkbookWriter"/>.</summary>
    public const string Workbook = ".xlsx";

    /// <summary>The extensions that choose a format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".csv", ".json", ".md", ".html", .. CallCountChart.Formats];

    /// <summary>Writes the report; the file appears whole or not at all.</summary>
    /// <param name="counts">The counts, all by the same grouping.</param>
    /// <param name="path">The file; its extension is one of <see cref="Formats"/>, or <see cref="Workbook"/>.</param>
    /// <param name="title">The heading; null for one made of the recording's name.</param>
    /// <param name="top">At most so many rows of each table, or bars; null for what the format takes.</param>
    /// <param name="force">Replaces a file that is there already.</param>
    /// <param name="workbook">Writes workbooks; null when that cannot be done here.</param>
    /// <param name="progress">Told what is being done and how far it is, in per cent.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <exception cref="RenderException">The file cannot be written, the counts do not go together, or gnuplot is missing or failed.</exception>
    public static ReportExport Export(
        IReadOnlyList<FunctionCallCount> counts, string path, string? title, int? top, bool force, WorkbookWriter? workbook = null,
        Action<string, int>? progress = null, CancellationToken cancel = default)
    {
        var format = GraphExporter.FormatOf(path, workbook is null ? Formats : [Workbook, .. Formats], "report");
        OutputFile.Check(path, force);
        if (CallCountChart.Formats.Contains("." + format))
        {
            var chart = new CallReport(counts, title, top ?? Bars);
            progress?.Invoke("Drawing", 0);
            CallCountChart.Export(chart.Counts, path, top ?? Bars, title, force, cancel);
            var bars = chart.Sections[0];
            // That these are the largest of more is in the picture.
            return new ReportExport(path, bars.Name, bars.Count, chart.Calls, null);
        }
        progress?.Invoke("Counting", 0);
        var report = new CallReport(counts, title, top ?? (format is "md" or "html" ? RowsForPeople : null));
        var tables = format == "csv" ? [report.Sections[0]] : report.Sections;
        using var file = OutputFile.Create(path, force);
        try
        {
            string? said = null;
            switch (format)
            {
                case "csv": CallReportText.Csv(report, file.Stream, progress, cancel); break;
                case "json": CallReportText.Json(report, file.Stream, progress, cancel); break;
                case "md": CallReportMarkdown.Write(report, file.Stream, progress, cancel); break;
                case "html": CallReportPage.Write(report, file.Stream, progress, cancel); break;
                default: said = workbook!(report, file.Stream, progress, cancel); break;
            }
            file.Commit();
            var note = top is null ? Note(report, tables) : null;
            return new ReportExport(path, string.Join(", ", tables.Select(t => t.Name)), tables.Sum(t => (long)t.Count), report.Calls, (note, said) switch
            {
                (null, _) => said,
                (_, null) => note,
                _ => $"{note} {said}",
            });
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    private static string? Note(CallReport report, IEnumerable<ReportSection> tables)
    {
        var parts = tables.Where(t => t.LeftOut > 0).Select(t =>
            $"{DisplayText.Number(t.LeftOut)} of {DisplayText.Number(t.Count + (long)t.LeftOut)} {CallReport.Json(t.Name)} are left out, with {GraphCaption.Percent(t.LeftOutCalls, report.Calls)} of the calls").ToList();
        return parts.Count == 0 ? null : string.Join("; ", parts) + ". -Top (--top) chooses how many are shown.";
    }
}
