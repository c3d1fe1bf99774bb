using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Drawing.Charts;
using DocumentFormat.OpenXml.Packaging;
using A = DocumentFormat.OpenXml.Drawing;
using S = DocumentFormat.OpenXml.Drawing.Spreadsheet;

namespace KernelMagnifier.Excel;

/// <summary>
/// Adds an Excel chart of counts: horizontal bars with their numbers, the first count at the top.
/// </summary>
internal static class BarChart
{
    private const uint CategoryAxisId = 1, ValueAxisId = 2;

    /// <summary>Adds the chart to the right of the cells of a sheet.</summary>
    public static void Add(
        DrawingsPart drawing, string title, string sheet, string nameRange, IReadOnlyList<string> names, string countRange,
        IReadOnlyList<long> counts)
    {
        drawing.AddNewPart<ChartPart>("chart").ChartSpace = new ChartSpace(
            new Date1904 { Val = false },
            new RoundedCorners { Val = false },
            new Chart(
                new Title(new ChartText(new RichText(new A.BodyProperties(), new A.ListStyle(), new A.Paragraph(
                    new A.ParagraphProperties(new A.DefaultRunProperties { FontSize = 1400, Bold = true }),
                    new A.Run(new A.RunProperties { Language = "en-US", FontSize = 1400, Bold = true }, new A.Text(title))))),
                    new Overlay { Val = false }),
                new AutoTitleDeleted { Val = false },
                new PlotArea(new Layout(), Bars(sheet, nameRange, names, countRange, counts), Categories(), Values()),
                new PlotVisibleOnly { Val = true },
                new DisplayBlanksAs { Val = DisplayBlanksAsValues.Gap }));
        var frame = new S.GraphicFrame(
            new S.NonVisualGraphicFrameProperties(
                new S.NonVisualDrawingProperties
                {
                    Id = 2, Name = "Most calls", Description = "Bar chart of the columns Most calls and Calls",
                },
                new S.NonVisualGraphicFrameDrawingProperties()),
            new S.Transform(new A.Offset { X = 0, Y = 0 }, new A.Extents { Cx = 0, Cy = 0 }),
            new A.Graphic(new A.GraphicData(new ChartReference { Id = "chart" })
            {
                Uri = "http://schemas.openxmlformats.org/drawingml/2006/chart",
            }))
        { Macro = "" };
        drawing.WorksheetDrawing = new S.WorksheetDrawing(new S.TwoCellAnchor(
            Marker(new S.FromMarker(), 6, 1), Marker(new S.ToMarker(), 18, Math.Max(16, (counts.Count * 5 / 4) + 6)), frame,
            new S.ClientData()));
    }

    private static OpenXmlCompositeElement Marker(OpenXmlCompositeElement marker, int column, int row)
    {
        marker.Append(
            new S.ColumnId(column.ToString(CultureInfo.InvariantCulture)), new S.ColumnOffset("0"),
            new S.RowId(row.ToString(CultureInfo.InvariantCulture)), new S.RowOffset("0"));
        return marker;
    }

    private static DocumentFormat.OpenXml.Drawing.Charts.BarChart Bars(
        string sheet, string nameRange, IReadOnlyList<string> names, string countRange, IReadOnlyList<long> counts)
    {
        var nameCache = new StringCache(new PointCount { Val = (uint)names.Count });
        var countCache = new NumberingCache(new FormatCode("#,##0"), new PointCount { Val = (uint)counts.Count });
        for (var i = 0; i < counts.Count; i++)
        {
            nameCache.Append(new StringPoint(new NumericValue(names[i])) { Index = (uint)i });
            var count = new NumericValue(counts[i].ToString(CultureInfo.InvariantCulture));
            countCache.Append(new NumericPoint(count) { Index = (uint)i });
        }
        var series = new BarChartSeries(
            new DocumentFormat.OpenXml.Drawing.Charts.Index { Val = 0 },
            new Order { Val = 0 },
            new SeriesText(new NumericValue("Calls")),
            new ChartShapeProperties(new A.SolidFill(new A.RgbColorModelHex { Val = "4F81A8" })),
            new InvertIfNegative { Val = false },
            new DataLabels(
                new NumberingFormat { FormatCode = "#,##0", SourceLinked = false },
                new DataLabelPosition { Val = DataLabelPositionValues.OutsideEnd },
                new ShowLegendKey { Val = false }, new ShowValue { Val = true }, new ShowCategoryName { Val = false },
                new ShowSeriesName { Val = false }, new ShowPercent { Val = false }, new ShowBubbleSize { Val = false }),
            new CategoryAxisData(new StringReference(new Formula($"{sheet}!{nameRange}"), nameCache)),
            new Values(new NumberReference(new Formula($"{sheet}!{countRange}"), countCache)));
        return new DocumentFormat.OpenXml.Drawing.Charts.BarChart(
            new BarDirection { Val = BarDirectionValues.Bar }, new BarGrouping { Val = BarGroupingValues.Clustered },
            new VaryColors { Val = false }, series, new GapWidth { Val = 40 },
            new AxisId { Val = CategoryAxisId }, new AxisId { Val = ValueAxisId });
    }

    private static CategoryAxis Categories() => new(
        new AxisId { Val = CategoryAxisId },
        // The order of the rows, from top to bottom.
        new Scaling(new Orientation { Val = OrientationValues.MaxMin }),
        new Delete { Val = false },
        new AxisPosition { Val = AxisPositionValues.Left },
        new MajorTickMark { Val = TickMarkValues.None },
        new MinorTickMark { Val = TickMarkValues.None },
        new TickLabelPosition { Val = TickLabelPositionValues.Low },
        new CrossingAxis { Val = ValueAxisId },
        new Crosses { Val = CrossesValues.AutoZero },
        new AutoLabeled { Val = true },
        new LabelAlignment { Val = LabelAlignmentValues.Center },
        new LabelOffset { Val = 100 },
        new NoMultiLevelLabels { Val = true });

    private static ValueAxis Values() => new(
        new AxisId { Val = ValueAxisId },
        new Scaling(new Orientation { Val = OrientationValues.MinMax }, new MinAxisValue { Val = 0 }),
        new Delete { Val = false },
        new AxisPosition { Val = AxisPositionValues.Top },
        new MajorGridlines(new ChartShapeProperties(new A.Outline(new A.SolidFill(new A.RgbColorModelHex { Val = "D9DEE3" })))),
        new NumberingFormat { FormatCode = "#,##0", SourceLinked = false },
        new MajorTickMark { Val = TickMarkValues.None },
        new MinorTickMark { Val = TickMarkValues.None },
        new TickLabelPosition { Val = TickLabelPositionValues.High },
        new CrossingAxis { Val = CategoryAxisId },
        new Crosses { Val = CrossesValues.AutoZero },
        new CrossBetween { Val = CrossBetweenValues.Between });
}
