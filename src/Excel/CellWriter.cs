using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Excel;

/// <summary>Writes rows and cells sequentially, without keeping them in memory.</summary>
internal sealed class CellWriter(OpenXmlWriter to)
{
    // Elements and attributes are reused for all cells.
    private readonly Row _row = new();
    private readonly Cell _cell = new();
    private readonly CellValue _value = new();
    private readonly InlineString _inline = new();
    private readonly DocumentFormat.OpenXml.Spreadsheet.Text _text = new();
    private readonly List<OpenXmlAttribute> _attributes = [];
    private readonly OpenXmlAttribute[] _keepSpaces = [new("xml", "space", "http://www.w3.org/XML/1998/namespace", "preserve")];

    private string _rowName = "";

    /// <summary>Begins a row. The first row is 1.</summary>
    public void Row(int row)
    {
        _rowName = row.ToString(CultureInfo.InvariantCulture);
        _attributes.Clear();
        _attributes.Add(new OpenXmlAttribute("r", "", _rowName));
        to.WriteStartElement(_row, _attributes);
    }

    /// <summary>Ends the row.</summary>
    public void EndRow() => to.WriteEndElement();

    /// <summary>Writes a number. The file stores it as text, so all digits are kept.</summary>
    public void Number(int column, string number, uint style)
    {
        Begin(column, style, null);
        to.WriteStartElement(_value);
        to.WriteString(number);
        to.WriteEndElement();
        to.WriteEndElement();
    }

    /// <summary>Writes a text.</summary>
    public void Text(int column, string text, uint style = CellStyles.Plain)
    {
        Begin(column, style, "inlineStr");
        to.WriteStartElement(_inline);
        var inert = CellText.Of(text);
        var keepsSpaces = inert.Length > 0 && (char.IsWhiteSpace(inert[0]) || char.IsWhiteSpace(inert[^1]));
        if (keepsSpaces) to.WriteStartElement(_text, _keepSpaces);
        else to.WriteStartElement(_text);
        to.WriteString(inert);
        to.WriteEndElement();
        to.WriteEndElement();
        to.WriteEndElement();
    }

    /// <summary>Writes a value of a report. An unknown value has no cell.</summary>
    public void Value(int column, ReportValue value, uint numbers)
    {
        if (value.Kind == ReportKind.Number) Number(column, value.ToString(), numbers);
        else if (value.Kind != ReportKind.None) Text(column, value.ToString());
    }

    /// <summary>The letters of a column. The first column is 0.</summary>
    public static string Letters(int column)
        => column < 26 ? ((char)('A' + column)).ToString() : Letters((column / 26) - 1) + (char)('A' + (column % 26));

    private void Begin(int column, uint style, string? type)
    {
        _attributes.Clear();
        _attributes.Add(new OpenXmlAttribute("r", "", Letters(column) + _rowName));
        if (style != CellStyles.Plain)
            _attributes.Add(new OpenXmlAttribute("s", "", style.ToString(CultureInfo.InvariantCulture)));
        if (type is not null) _attributes.Add(new OpenXmlAttribute("t", "", type));
        to.WriteStartElement(_cell, _attributes);
    }
}
