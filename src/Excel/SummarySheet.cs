using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KernelMagnifier.Counting;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Excel;

/// <summary>The first sheet: what is to be known of the report and its recordings, and a chart of what was called most.</summary>
internal sealed class SummarySheet(CallReport report)
{
    private const int Bars = 25, LongestName = 60, FirstBar = 4, NameColumn = 3;

    private readonly List<FunctionCallCount> _top = [.. report.Counts.Take(Bars)];

    /// <summary>Writes sheet, drawing and chart.</summary>
    public void Write(WorksheetPart part)
    {
        var names = _top.ConvertAll(c => CellText.Of(DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(CallCountChart.Name(c), LongestName)), LongestName)));
        if (_top.Count > 0)
            BarChart.Add(part.AddNewPart<DrawingsPart>("drawing"), "Most calls (logarithmic)", "Summary",
                $"$D${FirstBar}:$D${FirstBar + _top.Count - 1}", names, $"$E${FirstBar}:$E${FirstBar + _top.Count - 1}", _top.ConvertAll(c => c.Calls));
        using var to = OpenXmlWriter.Create(part);
        to.WriteStartDocument();
        to.WriteStartElement(new Worksheet(), [], [new("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")]);
        to.WriteElement(new SheetProperties(new PageSetupProperties { FitToPage = true }));
        to.WriteElement(new SheetViews(new SheetView { ShowGridLines = false, TabSelected = true, WorkbookViewId = 0 }));
        to.WriteElement(new Columns(Width(1, 24), Width(2, 60), Width(3, 3), Width(4, 40), Width(5, 16), Width(6, 3)));
        to.WriteStartElement(new SheetData());
        var cells = new CellWriter(to);
        var facts = Facts().ToList();
        for (var row = 1; row <= Math.Max(facts.Count + 2, _top.Count + FirstBar - 1); row++)
        {
            cells.Row(row);
            if (row == 1) cells.Text(0, report.Title, CellStyles.Title);
            if (row >= 3 && row - 3 < facts.Count) Fact(cells, facts[row - 3]);
            if (row == FirstBar - 1 && _top.Count > 0)
            {
                cells.Text(NameColumn, "Most calls", CellStyles.Heading);
                cells.Text(NameColumn + 1, "Calls", CellStyles.Heading);
            }
            if (row >= FirstBar && row - FirstBar < _top.Count)
            {
                // Escaped already, as the chart has it; what Escape made is no escape again.
                cells.Text(NameColumn, DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(CallCountChart.Name(_top[row - FirstBar]), LongestName)), LongestName));
                cells.Number(NameColumn + 1, _top[row - FirstBar].Calls.ToString(CultureInfo.InvariantCulture), CellStyles.Whole);
            }
            cells.EndRow();
        }
        to.WriteEndElement();
        to.WriteElement(new PageSetup { Orientation = OrientationValues.Landscape, FitToWidth = 1, FitToHeight = 0 });
        if (_top.Count > 0) to.WriteElement(new DocumentFormat.OpenXml.Spreadsheet.Drawing { Id = "drawing" });
        to.WriteEndElement();
    }

    private IEnumerable<ReportFact?> Facts()
    {
        foreach (var fact in report.Facts()) yield return fact;
        foreach (var omission in report.Omissions) yield return new ReportFact("omitted", omission.Name, ReportValue.Of($"not here: {omission.Reason}"));
        foreach (var trace in report.Traces)
        {
            yield return null;
            foreach (var fact in CallReport.Facts(trace))
                if (fact.Value.Kind != ReportKind.None)
                    yield return fact;
        }
    }

    private static void Fact(CellWriter cells, ReportFact? fact)
    {
        if (fact is null) return;
        cells.Text(0, fact.Heading, CellStyles.Label);
        if (fact.Value.Kind != ReportKind.Number || fact.Name.EndsWith("Timestamp", StringComparison.Ordinal))
            cells.Text(1, fact.Value.ToString(), fact.Name == "warning" ? CellStyles.Warning : CellStyles.Fact);
        else cells.Number(1, fact.Value.ToString(), fact.Name is "lostEvents" or "notParsed" && fact.Value.Number > 0 ? CellStyles.Warning : fact.Value.IsWhole ? CellStyles.Fact : CellStyles.Label);
    }

    private static Column Width(uint column, double width) => new() { Min = column, Max = column, Width = width, CustomWidth = true };
}
