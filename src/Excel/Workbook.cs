using System.IO.Compression;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Excel;

/// <summary>
/// A report as an Excel workbook (ECMA-376, SpreadsheetML): a summary with a chart, and a sheet with a filterable table for each
/// table of the report.
/// </summary>
/// <remarks>
/// The Open XML SDK keeps a package that it can write to in memory as a whole. So it makes the package without its rows, which is
/// small, and that is then copied part by part into the file; where a sheet comes, its rows are written through the SDK's writer
/// straight into the compressed part. Memory does not grow with the rows.
/// </remarks>
public static class Workbook
{
    /// <summary>Rows of a sheet, the header included: Excel's limit.</summary>
    public const int MostRows = 1_048_576;

    /// <summary>Writes the workbook.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Where to.</param>
    /// <param name="progress">Told what is being done and how far it is, in per cent.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>What the user should know; null for nothing.</returns>
    public static string? Write(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
        => Write(report, output, MostRows, progress, cancel);

    internal static string? Write(CallReport report, Stream output, int mostRows, Action<string, int>? progress, CancellationToken cancel)
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
        // What the parts are comes first: some readers take the file as a stream.
        foreach (var part in from.Entries.OrderBy(e => e.FullName switch { "[Content_Types].xml" => 0, "_rels/.rels" => 1, _ => 2 }))
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
        return string.Join(" ", sheets.GroupBy(s => s.Section).Where(g => g.Count() > 1).Select(g =>
            $"{g.Key.Name}: Excel has room for {DisplayText.Number(mostRows - 1)} rows below the heading of a sheet; the {DisplayText.Number(g.Key.Count)} rows go on over {g.Count()} sheets.")) is { Length: > 0 } note ? note : null;
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
            names.Append(new DefinedName($"'{sheets[i].Name}'!$1:$1") { Name = "_xlnm.Print_Titles", LocalSheetId = (uint)i + 1 });
        }
        book.Workbook = new DocumentFormat.OpenXml.Spreadsheet.Workbook(new BookViews(new WorkbookView { ActiveTab = 0 }), list, names);
    }
}
