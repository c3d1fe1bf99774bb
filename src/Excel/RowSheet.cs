using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Excel;

/// <summary>
/// A sheet with rows of one table, as an Excel table with filters, banded rows, number formats, data bars and a frozen heading.
/// </summary>
internal sealed class RowSheet
{
    private const string BarColour = "FF7FA8C9";

    private readonly int _first, _count;
    private readonly int[] _columns;
    private readonly string[] _headings;

    private RowSheet(ReportSection section, string name, int first, int count, int[] columns)
    {
        (Section, Name, _first, _count, _columns) = (section, name, first, count, columns);
        _headings = [.. columns.Select(c => section.Columns[c].Heading)];
    }

    /// <summary>The table of the report.</summary>
    public ReportSection Section { get; }

    /// <summary>The name of the sheet.</summary>
    public string Name { get; }

    /// <summary>The path of the sheet in the package.</summary>
    public string Part { get; private set; } = "";

    /// <summary>The id of the Excel table in the workbook.</summary>
    public uint TableId { get; set; }

    private string LastColumn => CellWriter.Letters(_columns.Length - 1);

    // An Excel table has at least one row.
    private string Range => $"A1:{LastColumn}{Math.Max(_count, 1) + 1}";

    /// <summary>The sheets of a table: one, or more if it has more than <paramref name="most"/> rows.</summary>
    public static IEnumerable<RowSheet> Of(ReportSection section, int most)
    {
        // A column without any value is not shown.
        var known = section.Known();
        bool IsShown(int i) => known[i] || i == section.CallsColumn || section.Count == 0;
        int[] columns = [.. Enumerable.Range(0, known.Length).Where(i => !section.Columns[i].TableOnly && IsShown(i))];
        var number = 1;
        for (var first = 0; first == 0 || first < section.Count; first += most)
        {
            var name = number == 1 ? section.Name : $"{section.Name} {number}";
            yield return new RowSheet(section, name, first, Math.Min(most, section.Count - first), columns);
            number++;
        }
    }

    /// <summary>
    /// Adds the definition of the Excel table to the package. <see cref="Write"/> writes the sheet itself later.
    /// </summary>
    public void Add(WorksheetPart part)
    {
        Part = part.Uri.OriginalString.TrimStart('/');
        var columns = new TableColumns { Count = (uint)_columns.Length };
        for (var i = 0; i < _columns.Length; i++) columns.Append(new TableColumn { Id = (uint)i + 1, Name = _headings[i] });
        part.AddNewPart<TableDefinitionPart>("table").Table = new Table(
            new AutoFilter { Reference = Range }, columns,
            new TableStyleInfo
            {
                Name = "TableStyleMedium2", ShowFirstColumn = false, ShowLastColumn = false, ShowRowStripes = true,
                ShowColumnStripes = false,
            })
        {
            Id = TableId, Name = Name.Replace(' ', '_'), DisplayName = Name.Replace(' ', '_'), Reference = Range,
            TotalsRowShown = false,
        };
        part.Worksheet = new Worksheet(new SheetData());
    }

    /// <summary>Writes the sheet.</summary>
    public void Write(Stream stream, RowProgress progress)
    {
        using var to = OpenXmlWriter.Create(stream);
        to.WriteStartDocument();
        to.WriteStartElement(new Worksheet(), [],
            [new("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")]);
        to.WriteElement(new SheetProperties(new PageSetupProperties { FitToPage = true }));
        to.WriteElement(new SheetDimension { Reference = Range });
        to.WriteElement(FrozenHeading());
        var widths = new Columns();
        for (var i = 0; i < _columns.Length; i++)
            widths.Append(new Column { Min = (uint)i + 1, Max = (uint)i + 1, Width = Width(i), CustomWidth = true });
        to.WriteElement(widths);
        WriteRows(to, progress);
        if (_count > 0) WriteConditions(to);
        to.WriteElement(new PageSetup { Orientation = OrientationValues.Landscape, FitToWidth = 1, FitToHeight = 0 });
        to.WriteElement(new TableParts(new TablePart { Id = "table" }) { Count = 1 });
        to.WriteEndElement();
    }

    /// <summary>Writes the data bars of counts, or the colours of verdicts: numbers of a comparison have several units.</summary>
    private void WriteConditions(OpenXmlWriter to)
    {
        var verdict = Array.FindIndex(_columns, column => Section.Columns[column].Name == "verdict");
        if (verdict >= 0) to.WriteElement(Verdicts(CellWriter.Letters(verdict), _count + 1));
        else if (!IsOfComparison)
            for (var i = 0; i < _columns.Length; i++)
                if (Section.Columns[_columns[i]].IsSum)
                    to.WriteElement(Bars($"{CellWriter.Letters(i)}2:{CellWriter.Letters(i)}{_count + 1}", i + 1));
    }

    private bool IsOfComparison => Section.Name is "Differences" or "Attribution" or "Sides";

    private static ConditionalFormatting Verdicts(string column, int last)
    {
        ConditionalFormattingRule Rule(string verdict, uint look, int priority) => new(new Formula($"{column}2=\"{verdict}\""))
        { Type = ConditionalFormatValues.Expression, FormatId = look, Priority = priority };
        return new(Rule("Regressed", CellStyles.Regressed, 1), Rule("Improved", CellStyles.Improved, 2))
        { SequenceOfReferences = new ListValue<StringValue>([new($"{column}2:{column}{last}")]) };
    }

    private static SheetViews FrozenHeading() => new(new SheetView(
        new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen },
        new DocumentFormat.OpenXml.Spreadsheet.Selection
        {
            Pane = PaneValues.BottomLeft, ActiveCell = "A2", SequenceOfReferences = new ListValue<StringValue>([new("A2")]),
        })
    { WorkbookViewId = 0 });

    private void WriteRows(OpenXmlWriter to, RowProgress progress)
    {
        to.WriteStartElement(new SheetData());
        var cells = new CellWriter(to);
        cells.Row(1);
        for (var i = 0; i < _headings.Length; i++) cells.Text(i, _headings[i], CellStyles.Heading);
        cells.EndRow();
        var styles = Array.ConvertAll(_columns, Style);
        var at = 2;
        foreach (var row in Section.Rows.Skip(_first).Take(_count))
        {
            cells.Row(at++);
            for (var i = 0; i < _columns.Length; i++) cells.Value(i, row[_columns[i]], styles[i]);
            cells.EndRow();
            progress.Row();
        }
        to.WriteEndElement();
    }

    private static ConditionalFormatting Bars(string range, int priority) => new(
        new ConditionalFormattingRule(new DataBar(
            new ConditionalFormatValueObject { Type = ConditionalFormatValueObjectValues.Number, Val = "0" },
            new ConditionalFormatValueObject { Type = ConditionalFormatValueObjectValues.Max },
            new Color { Rgb = BarColour }))
        { Type = ConditionalFormatValues.DataBar, Priority = priority })
    { SequenceOfReferences = new ListValue<StringValue>([new(range)]) };

    private uint Style(int column) => Section.Columns[column] switch
    {
        { Name: "totalTime" or "selfTime" } => CellStyles.Micro,
        { Name: "beforeCount" or "afterCount" } => CellStyles.Whole,
        { IsSum: true } when IsOfComparison => CellStyles.Real,
        { IsSum: true } => CellStyles.Whole,
        _ => CellStyles.Id,
    };

    private double Width(int i) => Section.Columns[_columns[i]] switch
    {
        { IsSum: true } => 16,
        { Name: "pid" or "cpu" or "context" } or { Name: "sourceLine" or "callerSourceLine" or "calleeSourceLine" } => 12,
        { Name: "comm" } => 20,
        { Name: "metric" or "unit" or "presence" or "verdict" or "method" or "isSignificant" or "side" } => 16,
        { Name: "reasons" or "drift" } => 80,
        _ => Math.Max(18, Section.Columns[_columns[i]].Name.EndsWith("odule", StringComparison.Ordinal) ? 18 : 36),
    };
}
