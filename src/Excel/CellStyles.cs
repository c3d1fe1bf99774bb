using DocumentFormat.OpenXml.Spreadsheet;

namespace KernelMagnifier.Excel;

/// <summary>The styles of cells. A cell refers to its style by index.</summary>
internal static class CellStyles
{
    /// <summary>Text.</summary>
    public const uint Plain = 0;

    /// <summary>An integer with thousands separators.</summary>
    public const uint Whole = 1;

    /// <summary>A number with three decimals.</summary>
    public const uint Micro = 2;

    /// <summary>The heading of a column.</summary>
    public const uint Heading = 3;

    /// <summary>The title of the workbook.</summary>
    public const uint Title = 4;

    /// <summary>The name of a fact.</summary>
    public const uint Label = 5;

    /// <summary>An emphasized fact.</summary>
    public const uint Warning = 6;

    /// <summary>A number without thousands separators: a pid, a CPU, a line.</summary>
    public const uint Id = 7;

    /// <summary>The value of a fact, aligned to the left and wrapped.</summary>
    public const uint Fact = 8;

    /// <summary>A number with as many decimals as it has.</summary>
    public const uint Real = 9;

    /// <summary>The index of the look of what regressed, among those of conditions.</summary>
    public const uint Regressed = 0;

    /// <summary>The index of the look of what improved.</summary>
    public const uint Improved = 1;

    private const uint MicroFormat = 164;
    private const uint RealFormat = 165;

    /// <summary>The stylesheet.</summary>
    public static Stylesheet Sheet() => new(
        new NumberingFormats(
            new NumberingFormat { NumberFormatId = MicroFormat, FormatCode = "#,##0.000" },
            new NumberingFormat { NumberFormatId = RealFormat, FormatCode = "#,##0.######" }),
        new Fonts(
            Font(11), Font(11, bold: true), Font(16, bold: true), Font(11, colour: "FF5B6770"),
            Font(11, bold: true, colour: "FF9C1A1A")),
        new Fills(
            new Fill(new PatternFill { PatternType = PatternValues.None }),
            new Fill(new PatternFill { PatternType = PatternValues.Gray125 })),
        new Borders(new Border(new LeftBorder(), new RightBorder(), new TopBorder(), new BottomBorder(), new DiagonalBorder())),
        new CellStyleFormats(Format()),
        new CellFormats(
            Format(), Number(3), Number(MicroFormat), Look(1), Look(2), Look(3, wrapped: true), Look(4, left: true, number: 3),
            Number(1), Look(0, left: true, wrapped: true, number: 3),
            Number(RealFormat)),
        new DocumentFormat.OpenXml.Spreadsheet.CellStyles(new CellStyle { Name = "Normal", FormatId = 0, BuiltinId = 0 }),
        new DifferentialFormats(Condition("FF8A3300", "FFFCE4D6"), Condition("FF004A7C", "FFDDEBF7")) { Count = 2 },
        new TableStyles { DefaultTableStyle = "TableStyleMedium2", DefaultPivotStyle = "PivotStyleLight16" });

    /// <summary>The look of a cell that a condition holds for: orange and blue, which any colour vision tells apart.</summary>
    private static DifferentialFormat Condition(string text, string ground) => new(
        new Font(new Bold(), new Color { Rgb = text }),
        new Fill(new PatternFill(new BackgroundColor { Rgb = ground }) { PatternType = PatternValues.Solid }));

    private static Font Font(double size, bool bold = false, string? colour = null)
    {
        var font = new Font();
        if (bold) font.Append(new Bold());
        font.Append(new FontSize { Val = size });
        if (colour is not null) font.Append(new Color { Rgb = colour });
        font.Append(new FontName { Val = "Calibri" });
        return font;
    }

    // All attributes are written, because some readers do not apply the defaults.
    private static CellFormat Format(uint font = 0, uint number = 0)
        => new() { NumberFormatId = number, FontId = font, FillId = 0, BorderId = 0, FormatId = 0 };

    private static CellFormat Number(uint format)
    {
        var number = Format(0, format);
        number.ApplyNumberFormat = true;
        return number;
    }

    private static CellFormat Look(uint font, bool left = false, bool wrapped = false, uint number = 0)
    {
        var format = Format(font, number);
        format.ApplyFont = true;
        format.ApplyNumberFormat = number > 0;
        if (left || wrapped)
        {
            format.ApplyAlignment = true;
            format.Append(new Alignment
            {
                Horizontal = HorizontalAlignmentValues.Left, Vertical = VerticalAlignmentValues.Top, WrapText = wrapped,
            });
        }
        return format;
    }
}
