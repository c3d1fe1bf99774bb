using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Draws call counts as a bar chart with gnuplot, in the order in which they are given.</summary>
internal static class CallCountChart
{
    private const string Tool = "gnuplot";
    private const int MostBars = 1000, LongestName = 60, LongestTitle = 110, LongestAbout = 150, LongestErrors = 500;

    // Pixels; one point of the PDF is one pixel.
    private const int Width = 1100, BarHeight = 20, LineHeight = 20, Above = 36, Below = 52;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The extensions that choose the format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".png", ".svg", ".pdf"];

    /// <summary>Writes the chart. The file appears complete or not at all.</summary>
    /// <param name="counts">The counts, in the order of the bars.</param>
    /// <param name="path">The file. Its extension is one of <see cref="Formats"/>.</param>
    /// <param name="top">The most bars, from 1 to 1000.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException">
    /// A value is out of range, the file cannot be written, or gnuplot is missing or failed.
    /// </exception>
    public static void Export(
        IReadOnlyList<FunctionCallCount> counts, string path, int top, string? title, bool force,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var format = FileFormat.Of(path, Formats);
        if (top is < 1 or > MostBars)
        {
            throw new KernelMagnifierException(ErrorCode.ValueOutOfRange, null,
                $"A chart with {DisplayText.Count(top, "bar")} was requested.", $"Use 1 to {MostBars} bars.");
        }
        var inputs = TraceInfo.InputsOf(counts.Select(c => c.Trace).OfType<TraceInfo>().Distinct());
        OutputFile.Check(path, force, inputs);
        var gnuplot = ExternalTool.Find("gnuplot", Tool, "gnuplot-nox");
        using var file = OutputFile.Create(path, force, inputs, cancel);
        try
        {
            // -d: gnuplot reads no start-up files.
            var result = ExternalTool.Run(gnuplot, ["-d", "-"], Script(counts, format, top, title), file.Seekable, Limit, cancel);
            Check(result, file.Seekable.Length);
            file.Commit();
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    private static void Check(ToolResult result, long written)
    {
        if (!result.Finished)
        {
            throw new KernelMagnifierException(
                ErrorCode.ToolFailed, Tool, $"the program did not finish within {Limit.TotalSeconds:0} s.",
                "Request fewer bars.");
        }
        if (result.ExitCode == 0 && written > 0) return;
        var errors = DisplayText.Shorten(DisplayText.Visible(result.Errors.Trim().ReplaceLineEndings("; ")), LongestErrors);
        throw new KernelMagnifierException(ErrorCode.ToolFailed, Tool,
            $"the program failed with exit code {result.ExitCode}{(errors.Length > 0 ? $": {errors}." : ".")}",
            "Write the counts as .csv or .html.");
    }

    /// <summary>
    /// The script for gnuplot. Names are in single quotes, where gnuplot has neither escapes nor command substitution, and
    /// enhanced text, gnuplot's markup, is off.
    /// </summary>
    internal static string Script(IReadOnlyList<FunctionCallCount> counts, string format, int top, string? title)
    {
        var bars = counts.Take(top).ToList();
        var names = bars.ConvertAll(c => DisplayText.Fit(Name(c), LongestName));
        var heading = Heading(counts, bars.Count, title).ToList();
        var above = Above + (LineHeight * heading.Count);
        var height = above + Below + (BarHeight * Math.Max(bars.Count, 1));
        var script = new StringBuilder();
        Line(script, $"set encoding utf8");
        Line(script, $"set terminal {FormattableString.Invariant(Terminal(format, height))} background rgb 'white'");
        var left = 0.02 + Math.Min(0.5, names.Select(n => n.Length).DefaultIfEmpty(0).Max() * 8.2 / Width);
        Line(script, $"set lmargin at screen {left:0.####}");
        Line(script, $"set rmargin at screen 0.97");
        Line(script, $"set tmargin at screen {1 - ((double)above / height):0.####}");
        Line(script, $"set bmargin at screen {(double)Below / height:0.####}");
        WriteHeading(script, heading, format, height);
        WriteAxes(script, bars, names);
        WriteBars(script, bars);
        return script.ToString();
    }

    private static FormattableString Terminal(string format, int height) => format switch
    {
        "png" => $"pngcairo noenhanced size {Width * 3 / 2},{height * 3 / 2} fontscale 1.5 linewidth 1.5 font 'sans,10'",
        "pdf" => $"pdfcairo noenhanced size {Width / 96.0:0.###}in,{height / 96.0:0.###}in font 'sans,8'",
        _ => $"svg noenhanced size {Width},{height} font 'Helvetica,Arial,sans-serif,13'",
    };

    private static void WriteHeading(StringBuilder script, List<string> heading, string format, int height)
    {
        var (large, small) = format switch { "png" => (14, 10), "pdf" => (11, 8), _ => (17, 12) };
        for (var i = 0; i < heading.Count; i++)
        {
            var (size, colour) = i == 0 ? (large, "#1f2933") : (small, "#5b6770");
            var y = 1 - ((22.0 + (22 * i)) / height);
            var style = $"left noenhanced font ',{size}' textcolor rgb '{colour}'";
            Line(script, $"set label {ChartScript.Quote(heading[i])} at screen 0.02,{y:0.####} {style}");
        }
    }

    private static void WriteAxes(StringBuilder script, List<FunctionCallCount> bars, List<string> names)
    {
        var most = Math.Max(bars.Select(b => b.Calls).DefaultIfEmpty(0).Max(), 1);
        // The longest bar leaves room for its number.
        Line(script, $"set xrange [0:{most * 1.15:0.###}]");
        Line(script, $"set yrange [{bars.Count + 0.5}:0.5]");
        Line(script, $"set format x '%.0f'");
        Line(script, $"set xlabel 'calls' noenhanced textcolor rgb '#5b6770'");
        Line(script, $"set grid xtics front linecolor rgb '#d9dee3' linewidth 0.5");
        Line(script, $"set border 1 linecolor rgb '#9aa5ad'");
        Line(script, $"set xtics nomirror out scale 0.5 textcolor rgb '#5b6770'");
        Line(script, $"set ytics scale 0 nomirror noenhanced textcolor rgb '#1f2933' ('' 0)");
        Line(script, $"unset key");
        Line(script, $"set style fill solid 1 noborder");
        for (var i = 0; i < bars.Count; i++) Line(script, $"set ytics add ({ChartScript.Quote(names[i])} {i + 1})");
    }

    private static void WriteBars(StringBuilder script, List<FunctionCallCount> bars)
    {
        var scale = new HeatScale(bars.Select(b => b.Calls).DefaultIfEmpty(1).Max());
        Line(script, $"$calls << END_OF_CALLS");
        for (var i = 0; i < bars.Count; i++)
        {
            var colour = int.Parse(scale.Fill(bars[i].Calls).AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Line(script, $"{i + 1} {bars[i].Calls} {colour} {DisplayText.Number(bars[i].Calls)}");
        }
        Line(script, $"END_OF_CALLS");
        if (bars.Count == 0)
        {
            Line(script, $"plot NaN notitle");
            return;
        }
        script.Append("plot $calls using 2:1:(0):2:($1-0.38):($1+0.38):3 with boxxyerror linecolor rgb variable, ")
            .Append("$calls using 2:1:4 with labels left offset character 0.6,0 noenhanced textcolor rgb '#1f2933'\n");
    }

    private static void Line(StringBuilder script, FormattableString line)
        => script.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static IEnumerable<string> Heading(IReadOnlyList<FunctionCallCount> counts, int shown, string? title)
    {
        var traces = counts.Select(c => c.Trace).OfType<TraceInfo>().Distinct().ToList();
        yield return DisplayText.Shorten(title ?? RecordingTitle.Of(traces), LongestTitle);
        var about = DisplayText.Count(counts.Sum(c => c.Calls), "call");
        if (title is not null && traces.Count > 0) about = $"{RecordingTitle.Names(traces)} · {about}";
        about += shown == counts.Count ? $" · {DisplayText.Count(shown, "count")}"
            : $" · the {(IsSorted(counts) ? "" : "first ")}{DisplayText.Number(shown)}{(IsSorted(counts) ? " largest" : "")} of "
                + DisplayText.Count(counts.Count, "count");
        yield return DisplayText.Shorten(about, LongestAbout);
        yield return DisplayText.Shorten(Losses.Text(traces), LongestAbout);
    }

    private static bool IsSorted(IReadOnlyList<FunctionCallCount> counts)
    {
        for (var i = 1; i < counts.Count; i++)
            if (counts[i].Calls > counts[i - 1].Calls)
                return false;
        return true;
    }

    /// <summary>The name of what was counted.</summary>
    internal static string Name(FunctionCallCount count)
    {
        var parts = new List<string>();
        if (count.FunctionSymbol is { } function) parts.Add(function.ToString());
        if (count.CallerSymbol is { } caller)
            parts.Add($"{(parts.Count > 0 ? "from " : "")}{(caller.Name.Length > 0 ? caller : FunctionText.Unknown)}");
        if (count.Grouping.HasFlag(CallGrouping.Task)) parts.Add(Name(count.Group.Task));
        if (count.Grouping.HasFlag(CallGrouping.Context)) parts.Add(count.Context ?? "unknown context");
        if (count.Grouping.HasFlag(CallGrouping.Cpu)) parts.Add(count.Cpu is { } cpu ? $"CPU {cpu}" : "unknown CPU");
        if (count.Grouping.HasFlag(CallGrouping.Recording)) parts.Add(count.Recording ?? "unknown recording");
        return parts.Count > 0 ? string.Join(" · ", parts) : "all";
    }

    private static string Name(KernelTask task)
        => task.KnownProcessId is { } pid ? $"{task.KnownComm ?? "unknown task"}-{pid}" : task.KnownComm ?? "unknown task";
}
