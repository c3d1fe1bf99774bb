using System.IO.Compression;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Excel;

/// <summary>
/// Writes a report as an Excel workbook (ECMA-376, SpreadsheetML): a summary with a chart, and a sheet with a filterable table
/// for each table of the report.
/// </summary>
/// <remarks>
/// The Open XML SDK holds a package that it writes in memory. It is therefore only used for a small package without rows, which
/// is then copied to the file part by part. Rows are written with the SDK's writer directly into the compressed part of their
/// sheet, so memory does not grow with their number.
/// </remarks>
internal static class Workbook
{
    /// <summary>Excel's limit of rows per sheet, including the header.</summary>
    public const int MostRows = 1_048_576;

    /// <summary>Writes the workbook.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">The stream. It is not closed.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export.</param>
    /// <returns>Limits of the workbook, for the user; null for none.</returns>
    public static string? Write(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
        => Write(report, output, MostRows, progress, cancel);

    internal static string? Write(
        CallReport report, Stream output, int mostRows, Action<string, int>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(report);
        var sheets = report.Sections.SelectMany(section => RowSheet.Of(section, mostRows - 1)).ToList();
        for (var i = 0; i < sheets.Count; i++) sheets[i].TableId = (uint)i + 1;
        var summary = new SummarySheet(report);
        using var skeleton = new MemoryStream();
        WriteSkeleton(skeleton, report, summary, sheets);
        skeleton.Position = 0;
        var rows = new RowProgress(report, progress, cancel);
        using var from = new ZipArchive(skeleton, ZipArchiveMode.Read);
        using var to = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        // The content types come first, for readers that process the file as a stream.
        var parts = from.Entries.OrderBy(e => e.FullName switch { "[Content_Types].xml" => 0, "_rels/.rels" => 1, _ => 2 });
        foreach (var part in parts)
        {
            using var target = to.CreateEntry(part.FullName, CompressionLevel.Fastest).Open();
            if (sheets.Find(s => s.Part == part.FullName) is { } sheet)
            {
                sheet.Write(target, rows);
                continue;
            }
            using var source = part.Open();
            source.CopyTo(target);
        }
        var notes = sheets.GroupBy(s => s.Section).Where(g => g.Count() > 1).Select(g =>
            $"{g.Key.Name}: the {DisplayText.Number(g.Key.Count)} rows are on {g.Count()} sheets, because an Excel sheet holds "
            + $"{DisplayText.Number(mostRows - 1)} rows below its heading.").ToList();
        return notes.Count > 0 ? string.Join(" ", notes) : null;
    }

    private static void WriteSkeleton(Stream stream, CallReport report, SummarySheet summary, List<RowSheet> sheets)
    {
        using var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook);
        document.PackageProperties.Title = CellText.Of(report.Title);
        var book = document.AddWorkbookPart();
        book.AddNewPart<WorkbookStylesPart>("styles").Stylesheet = CellStyles.Sheet();
        var list = new Sheets();
        var names = new DefinedNames();
        var part = book.AddNewPart<WorksheetPart>("sheet0");
        summary.Write(part);
        list.Append(new Sheet { Name = "Summary", SheetId = 1, Id = "sheet0" });
        for (var i = 0; i < sheets.Count; i++)
        {
            part = book.AddNewPart<WorksheetPart>($"sheet{i + 1}");
            sheets[i].Add(part);
            list.Append(new Sheet { Name = sheets[i].Name, SheetId = (uint)i + 2, Id = $"sheet{i + 1}" });
            var heading = $"'{sheets[i].Name}'!$1:$1";
            names.Append(new DefinedName(heading) { Name = "_xlnm.Print_Titles", LocalSheetId = (uint)i + 1 });
        }
        var views = new BookViews(new WorkbookView { ActiveTab = 0 });
        book.Workbook = new DocumentFormat.OpenXml.Spreadsheet.Workbook(views, list, names);
    }
}
