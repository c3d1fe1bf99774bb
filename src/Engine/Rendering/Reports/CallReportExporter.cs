using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes counts of calls as a report. The extension chooses the format.</summary>
internal static class CallReportExporter
{
    /// <summary>The default limit of rows per table in formats for people.</summary>
    public const int RowsForPeople = 1000;

    /// <summary>The default number of bars in a chart.</summary>
    public const int Bars = 30;

    /// <summary>The extension of a workbook, which needs a <see cref="WorkbookWriter"/>.</summary>
    public const string Workbook = ".xlsx";

    /// <summary>The extensions that choose a format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".csv", ".json", ".md", ".html", .. CallCountChart.Formats];

    /// <summary>Writes the report. The file appears complete or not at all.</summary>
    /// <param name="counts">The counts, all of the same grouping.</param>
    /// <param name="path">The file. Its extension is one of <see cref="Formats"/>, or <see cref="Workbook"/>.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="top">The most rows of each table, or bars; null for the default of the format.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="workbook">Writes workbooks; null if they are not supported.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException">
    /// The file cannot be written, the counts are of different groupings, or gnuplot is missing or failed.
    /// </exception>
    public static ReportExport Export(
        IReadOnlyList<FunctionCallCount> counts, string path, string? title, int? top, bool force,
        WorkbookWriter? workbook = null, Action<string, int>? progress = null, CancellationToken cancel = default)
        => Export(most => new CallReport(counts, title, most), path, title, top, force, workbook, progress, cancel);

    /// <summary>Writes a report of edges, which otherwise is as one of counts.</summary>
    public static ReportExport Export(
        IReadOnlyList<CallEdge> edges, string path, string? title, int? top, bool force,
        WorkbookWriter? workbook = null, Action<string, int>? progress = null, CancellationToken cancel = default)
        => Export(most => new CallReport(edges, title, most), path, title, top, force, workbook, progress, cancel);

    /// <summary>Writes a report of latencies, which otherwise is as one of counts. There is no chart of them.</summary>
    public static ReportExport Export(
        IReadOnlyList<Latency.Latency> latencies, string path, string? title, int? top, bool force,
        WorkbookWriter? workbook = null, Action<string, int>? progress = null, CancellationToken cancel = default)
    {
        RequireTables(path);
        return Export(most => new CallReport(latencies, title, most), path, title, top, force, workbook, progress, cancel);
    }

    /// <summary>Writes a report of a comparison, which otherwise is as one of counts. There is no chart of it.</summary>
    public static ReportExport Export(
        IReadOnlyList<TraceDifference> differences, string path, string? title, int? top, bool force,
        WorkbookWriter? workbook = null, Action<string, int>? progress = null, CancellationToken cancel = default)
    {
        RequireTables(path);
        return Export(most => new CallReport(differences, title, most), path, title, top, force, workbook, progress, cancel);
    }

    /// <summary>Writes a report of tables that were made elsewhere. There is no chart of them.</summary>
    /// <param name="make">Makes the report with at most so many rows in each table; null for all.</param>
    /// <param name="path">The file.</param>
    /// <param name="top">The most rows of each table; null for the default of the format.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="workbook">Writes workbooks; null if they are not supported.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be written.</exception>
    public static ReportExport Export(
        Func<int?, CallReport> make, string path, int? top, bool force, WorkbookWriter? workbook = null,
        Action<string, int>? progress = null, CancellationToken cancel = default)
    {
        RequireTables(path);
        return Export(make, path, null, top, force, workbook, progress, cancel);
    }

    /// <summary>The extensions of reports that are tables, without that of a workbook.</summary>
    public static IReadOnlyList<string> TableFormats { get; } = [.. Formats.Except(CallCountChart.Formats)];

    private static void RequireTables(string path)
    {
        string[] formats = [Workbook, .. TableFormats];
        if (!formats.Any(format => path.EndsWith(format, StringComparison.OrdinalIgnoreCase)))
            throw FileFormat.Unknown(path, Path.GetExtension(path), formats);
    }

    private static ReportExport Export(
        Func<int?, CallReport> make, string path, string? title, int? top, bool force, WorkbookWriter? workbook,
        Action<string, int>? progress, CancellationToken cancel)
    {
        var format = FileFormat.Of(path, workbook is null ? Formats : [Workbook, .. Formats]);
        OutputFile.Check(path, force);
        if (CallCountChart.Formats.Contains("." + format))
            return ExportChart(make(top ?? Bars), path, title, top ?? Bars, force, progress, cancel);
        progress?.Invoke("Counting", 0);
        var report = make(top ?? (format is "md" or "html" ? RowsForPeople : null));
        var tables = format == "csv" ? [report.OnlyTable] : report.Sections;
        using var file = OutputFile.Create(path, force, TraceInfo.InputsOf(report.Traces), cancel);
        try
        {
            string? note = null;
            switch (format)
            {
                case "csv": CallReportText.Csv(report, file.Stream, progress, cancel); break;
                case "json": CallReportText.Json(report, file.Stream, progress, cancel); break;
                case "md": CallReportMarkdown.Write(report, file.Stream, progress, cancel); break;
                case "html": CallReportHtml.Write(report, file.Stream, progress, cancel); break;
                default: note = workbook!(report, file.Stream, progress, cancel); break;
            }
            file.Commit();
            // A limit that the caller has set needs no note.
            var omitted = top is null ? tables.Where(t => !t.IsDetail).Sum(t => (long)t.Omitted) : 0;
            string?[] notes = [omitted > 0 ? Note(report, tables) : null, note];
            return new ReportExport(
                path, string.Join(", ", tables.Select(t => t.Name)), tables.Sum(t => (long)t.Count), report.Calls,
                notes.OfType<string>().ToList() is { Count: > 0 } all ? string.Join(" ", all) : null, omitted);
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    private static ReportExport ExportChart(
        CallReport report, string path, string? title, int top, bool force, Action<string, int>? progress,
        CancellationToken cancel)
    {
        progress?.Invoke("Drawing", 0);
        CallCountChart.Export(report.Counts, path, top, title, force, cancel);
        // The chart itself shows that it has only some of the counts.
        return new ReportExport(path, report.Sections[0].Name, report.Sections[0].Count, report.Calls, null);
    }

    private static string Note(CallReport report, IEnumerable<ReportSection> tables)
        => string.Join("; ", tables.Where(t => t.Omitted > 0 && !t.IsDetail).Select(t =>
            $"{DisplayText.Number(t.Omitted)} of {DisplayText.Number(t.Count + (long)t.Omitted)} {CallReport.Json(t.Name)} "
            + "are not listed" + (report.Calls == 0 ? ""
                : $", with {DisplayText.Percent(t.OmittedCalls, report.Calls)} of the calls"))) + ".";
}
