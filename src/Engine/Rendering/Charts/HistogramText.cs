using System.Globalization;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Writes a histogram as lines for a terminal: each range of lengths with a bar, its count and its share.</summary>
/// <param name="width">The columns of the terminal.</param>
/// <param name="isUnicode">Whether bars are drawn with block characters, in eighths of a column.</param>
internal sealed class HistogramText(int width, bool isUnicode)
{
    /// <summary>The least and the largest number of columns.</summary>
    public const int LeastWidth = 80, MostWidth = 500;

    /// <summary>The default number of columns.</summary>
    public const int DefaultWidth = 120;

    // Ranges of half an octave and wider are enough to see the shape in a terminal.
    private const int MostRows = 40, FewestRows = 12;

    private readonly int _width = Math.Clamp(width, LeastWidth, MostWidth);

    /// <summary>The lines of a series.</summary>
    public IEnumerable<string> Lines(ChartSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var title = TerminalText.Escape(series.Key.Length == 0 ? series.Kind : $"{series.Kind} {series.Key}");
        if (series.Recordings.Count > 0)
            title += TerminalText.Escape($" in {series.Origin ?? RecordingTitle.Names(series.Recordings)}");
        yield return title;
        yield return Plain(series.Summary());
        if (series.Doubt is { } doubt) yield return Plain(doubt);
        if (series.Count == 0) yield break;
        var rows = Rows(series);
        string[] low = [.. rows.Select(r => Plain(series.LowText(r.Low)))];
        string[] high = [.. rows.Select(r => Plain(series.Text(r.High)))];
        var (lowWidth, highWidth) = (low.Max(t => t.Length), high.Max(t => t.Length));
        var countWidth = Math.Max("Count".Length, DisplayText.Number(rows.Max(r => r.Count)).Length);
        var marks = rows.Select((_, i) => MarksOf(series, rows, i)).ToList();
        // Range, bar, count, two shares and the marks, with two columns between them.
        var barWidth = _width - lowWidth - highWidth - 4 - 2 - 2 - countWidth - 2 - 8 - 2 - 8
            - (marks.Max(m => m.Length) is var most and > 0 ? most + 2 : 0);
        barWidth = Math.Max(barWidth, 4);
        yield return $"{"Length".PadLeft(lowWidth + 4 + highWidth)}  {new string(' ', barWidth)}  {"Count".PadLeft(countWidth)}"
            + $"  {"Share",8}  {"Up to",8}";
        var largest = rows.Max(r => r.Count);
        var passed = 0L;
        for (var i = 0; i < rows.Count; i++)
        {
            passed += rows[i].Count;
            yield return $"{low[i].PadLeft(lowWidth)} to {high[i].PadLeft(highWidth)}  {Bar(rows[i].Count, largest, barWidth)}  "
                + $"{DisplayText.Number(rows[i].Count).PadLeft(countWidth)}  {Percent(rows[i].Count, series.Count)}  "
                + (Percent(passed, series.Count) + (marks[i].Length > 0 ? $"  {marks[i]}" : ""));
        }
    }

    /// <summary>The ranges, of which those without an interval between others are there too.</summary>
    private static List<ChartBucket> Rows(ChartSeries series)
    {
        var wanted = MostRows;
        var merged = series.Merged(wanted);
        // A few values in a narrow range are shown as finely as they are known.
        if (merged.Count < FewestRows && series.Buckets.Count <= MostRows) merged = series.Merged(int.MaxValue);
        var rows = new List<ChartBucket>();
        foreach (var bucket in merged)
        {
            var width = bucket.High / Math.Max(bucket.Low, 1);
            while (rows.Count > 0 && rows[^1].High < bucket.Low * (1 - 1e-9) && rows.Count < 4 * MostRows)
            {
                var from = rows[^1].High;
                var until = Next(from, bucket, width);
                rows.Add(new ChartBucket(from, until, 0));
            }
            rows.Add(bucket);
        }
        return Folded(rows);
    }

    /// <summary>The end of an empty range: the next power of two, or that of the ranges beside it.</summary>
    private static double Next(double from, ChartBucket bucket, double width)
    {
        var octave = Math.Pow(2, Math.Floor(Math.Log2(from) + 1e-9));
        var parts = width > 1.9 ? 1 : Math.Round(1 / (width - 1)) is var n && n <= 2 ? 2 : n <= 5 ? 4 : n <= 11 ? 8 : 16;
        return Math.Min(from + (octave / parts), bucket.Low);
    }

    /// <summary>More than three empty ranges in a row become one.</summary>
    private static List<ChartBucket> Folded(List<ChartBucket> rows)
    {
        var folded = new List<ChartBucket>();
        for (var i = 0; i < rows.Count;)
        {
            var end = i;
            while (end < rows.Count && rows[end].Count == 0) end++;
            if (end - i > 3)
            {
                folded.Add(new ChartBucket(rows[i].Low, rows[end - 1].High, 0));
                i = end;
            }
            else folded.Add(rows[i++]);
        }
        return folded;
    }

    private string MarksOf(ChartSeries series, IReadOnlyList<ChartBucket> rows, int row)
    {
        var names = HistogramChart.MarksOf(series)
            .Where(mark => RowOf(mark.Value, rows) == row).Select(mark => mark.Name).ToList();
        return names.Count == 0 ? "" : $"{(isUnicode ? "◂" : "<")} {string.Join(", ", names)}";
    }

    private static int RowOf(long value, IReadOnlyList<ChartBucket> rows)
    {
        for (var i = 0; i < rows.Count - 1; i++)
            if (value < rows[i].High)
                return i;
        return rows.Count - 1;
    }

    private string Bar(long count, long largest, int columns)
    {
        var eighths = count == 0 ? 0 : Math.Max((int)Math.Round((double)count / largest * columns * 8), 1);
        if (!isUnicode) return new string('#', count == 0 ? 0 : Math.Max((eighths + 4) / 8, 1)).PadRight(columns);
        var bar = new StringBuilder().Append('█', eighths / 8);
        // U+2588 less the number of missing eighths: U+258F is one eighth.
        if (eighths % 8 > 0) bar.Append((char)(0x2588 + 8 - (eighths % 8)));
        return bar.ToString().PadRight(columns);
    }

    private static string Percent(long part, long whole)
        => (100.0 * part / whole).ToString("0.00", CultureInfo.InvariantCulture).PadLeft(6) + " %";

    /// <summary>Text without characters that ASCII does not have, if it is for ASCII.</summary>
    private string Plain(string text)
        => isUnicode ? text : text.Replace('µ', 'u').Replace(" · ", ", ", StringComparison.Ordinal);
}
