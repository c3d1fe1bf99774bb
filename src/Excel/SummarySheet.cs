using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KernelMagnifier.Counting;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Excel;

/// <summary>The first sheet: facts about the report and its recordings, and a chart of the largest counts.</summary>
internal sealed class SummarySheet(CallReport report)
{
    private const int Bars = 25, LongestName = 60, FirstBar = 4, NameColumn = 3;

    private readonly List<FunctionCallCount> _top = [.. report.Counts.Take(Bars)];

    /// <summary>Writes the sheet with its drawing and chart.</summary>
    public void Write(WorksheetPart part)
    {
        var names = _top.ConvertAll(c => CellText.Of(Name(c)));
        var last = FirstBar + _top.Count - 1;
        if (_top.Count > 0)
        {
            BarChart.Add(part.AddNewPart<DrawingsPart>("drawing"), "Calls", "Summary",
                $"$D${FirstBar}:$D${last}", names, $"$E${FirstBar}:$E${last}", _top.ConvertAll(c => c.Calls));
        }
        using var to = OpenXmlWriter.Create(part);
        to.WriteStartDocument();
        to.WriteStartElement(new Worksheet(), [],
            [new("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")]);
        to.WriteElement(new SheetProperties(new PageSetupProperties { FitToPage = true }));
        to.WriteElement(new SheetViews(new SheetView { ShowGridLines = false, TabSelected = true, WorkbookViewId = 0 }));
        to.WriteElement(new Columns(Width(1, 24), Width(2, 60), Width(3, 3), Width(4, 40), Width(5, 16), Width(6, 3)));
        WriteCells(to);
        to.WriteElement(new PageSetup { Orientation = OrientationValues.Landscape, FitToWidth = 1, FitToHeight = 0 });
        if (_top.Count > 0) to.WriteElement(new DocumentFormat.OpenXml.Spreadsheet.Drawing { Id = "drawing" });
        to.WriteEndElement();
    }

    private static string Name(FunctionCallCount count) => DisplayText.Fit(CallCountChart.Name(count), LongestName);

    private void WriteCells(OpenXmlWriter to)
    {
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
                var count = _top[row - FirstBar];
                cells.Text(NameColumn, Name(count));
                cells.Number(NameColumn + 1, count.Calls.ToString(CultureInfo.InvariantCulture), CellStyles.Whole);
            }
            cells.EndRow();
        }
        to.WriteEndElement();
    }

    /// <summary>The facts, one per row; null for an empty row.</summary>
    private IEnumerable<ReportFact?> Facts()
    {
        foreach (var fact in report.Facts()) yield return fact;
        foreach (var omission in report.Omissions)
            yield return new ReportFact("omitted", omission.Name, ReportValue.Of($"not available: {omission.Reason}"));
        foreach (var trace in report.Traces)
        {
            yield return null;
            foreach (var fact in TraceInfoFields.WithWarnings(trace))
            {
                if (fact.Value.Kind == ReportKind.None) continue;
                yield return fact;
                // The value stays a number, so its note has a row of its own.
                if (fact.Note is { } note) yield return new ReportFact("note", "", ReportValue.Of(note));
            }
        }
    }

    private static void Fact(CellWriter cells, ReportFact? fact)
    {
        if (fact is null) return;
        cells.Text(0, fact.Heading, CellStyles.Label);
        var style = fact.IsWarning ? CellStyles.Warning : CellStyles.Fact;
        if (fact.Value.Kind != ReportKind.Number || fact.IsTimestamp) cells.Text(1, fact.Value.ToString(), style);
        // The format of facts has no decimals.
        else cells.Number(1, fact.Value.ToString(), fact.Value.IsWhole ? style : CellStyles.Label);
    }

    private static Column Width(uint column, double width)
        => new() { Min = column, Max = column, Width = width, CustomWidth = true };
}
