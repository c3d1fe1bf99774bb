using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Draws call counts as bars on a logarithmic scale, most called first, through gnuplot.</summary>
public static class CallCountChart
{
    private const int MostBars = 1000, LongestName = 60;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The extensions that choose the format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".png", ".svg", ".pdf"];

    /// <summary>Writes the chart; the file appears whole or not at all.</summary>
    /// <param name="counts">The counts, in any order.</param>
    /// <param name="path">The file; its extension is one of <see cref="Formats"/>.</param>
    /// <param name="top">At most so many bars, from 1 to 1000.</param>
    /// <param name="title">The heading; null for one made of what was counted.</param>
    /// <param name="force">Replaces a file that is there already.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <exception cref="RenderException">The file cannot be written, or gnuplot is missing or failed.</exception>
    public static void Export(IReadOnlyList<FunctionCallCount> counts, string path, int top, string? title, bool force, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var format = GraphExporter.FormatOf(path, Formats, "chart");
        if (top is < 1 or > MostBars) throw new RenderException($"A chart has room for 1 to {MostBars} bars, {top} were asked for.");
        OutputFile.Check(path, force);
        var gnuplot = ExternalTool.Find("gnuplot", "gnuplot", "gnuplot-nox");
        using var file = OutputFile.Create(path, force);
        try
        {
            // -d: no start-up file of the user's or the system's changes what is drawn.
            var result = ExternalTool.Run(gnuplot, ["-d", "-"], Script(counts, format, top, title), file.Stream, Limit, cancel);
            var errors = DisplayText.Shorten(DisplayText.Visible(result.Errors.Trim().ReplaceLineEndings("; ")), 500);
            if (!result.Finished) throw new RenderException($"gnuplot did not finish within {Limit.TotalSeconds:0} s. Ask for fewer bars.");
            if (result.ExitCode != 0 || file.Stream.Length == 0)
                throw new RenderException($"gnuplot failed (exit code {result.ExitCode}){(errors.Length > 0 ? ": " + errors : ".")}");
            file.Commit();
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    /// <summary>
    /// What gnuplot is told. Names stand between single quotes alone, where gnuplot knows neither escapes nor command substitution,
    /// and enhanced text, its own markup, is off.
    /// </summary>
    internal static string Script(IReadOnlyList<FunctionCallCount> counts, string format, int top, string? title)
    {
        var bars = counts.OrderByDescending(c => c.Calls).ThenBy(Name, StringComparer.Ordinal).Take(top).ToList();
        var names = bars.ConvertAll(c => DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(Name(c), LongestName)), LongestName));
        var most = bars.Count > 0 ? bars[0].Calls : 1;
        var scale = new HeatScale(most);
        var heading = Heading(counts, bars.Count, title).ToList();
        // Pixels; a point of the PDF is one of them.
        var width = 1100;
        var (above, below) = (36 + (20 * heading.Count), 52);
        var height = above + below + (20 * Math.Max(bars.Count, 1));
        var (heavy, plain) = format switch { "png" => (14, 10), "pdf" => (11, 8), _ => (17, 12) };
        var to = new StringBuilder();
        void Line(FormattableString line) => to.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"set encoding utf8");
        Line(format switch
        {
            "png" => $"set terminal pngcairo noenhanced size {width * 3 / 2},{height * 3 / 2} fontscale 1.5 linewidth 1.5 font 'sans,10' background rgb 'white'",
            "pdf" => (FormattableString)$"set terminal pdfcairo noenhanced size {width / 96.0:0.###}in,{height / 96.0:0.###}in font 'sans,8' background rgb 'white'",
            _ => $"set terminal svg noenhanced size {width},{height} font 'Helvetica,Arial,sans-serif,13' background rgb 'white'",
        });
        var left = 0.02 + Math.Min(0.5, names.Select(n => n.Length).DefaultIfEmpty(0).Max() * 8.2 / width);
        Line($"set lmargin at screen {left:0.####}");
        Line($"set rmargin at screen 0.97");
        Line($"set tmargin at screen {1 - ((double)above / height):0.####}");
        Line($"set bmargin at screen {(double)below / height:0.####}");
        for (var i = 0; i < heading.Count; i++)
            Line($"set label {Quote(heading[i])} at screen 0.02,{1 - ((22.0 + (22 * i)) / height):0.####} left noenhanced font ',{(i == 0 ? heavy : plain)}' textcolor rgb '{(i == 0 ? "#1f2933" : "#5b6770")}'");
        Line($"set logscale x 10");
        Line($"set xrange [0.5:{Math.Max(most, 10) * 4.0:0}]");
        Line($"set yrange [{bars.Count + 0.5}:0.5]");
        Line($"set format x '%.0f'");
        Line($"set xlabel 'calls (logarithmic)' noenhanced textcolor rgb '#5b6770'");
        Line($"set grid xtics front linecolor rgb '#d9dee3' linewidth 0.5");
        Line($"set border 1 linecolor rgb '#9aa5ad'");
        Line($"set xtics nomirror out scale 0.5 textcolor rgb '#5b6770'");
        Line($"set ytics scale 0 nomirror noenhanced textcolor rgb '#1f2933' ('' 0)");
        Line($"unset key");
        Line($"set style fill solid 1 noborder");
        for (var i = 0; i < bars.Count; i++) Line($"set ytics add ({Quote(names[i])} {i + 1})");
        Line($"$calls << END_OF_CALLS");
        for (var i = 0; i < bars.Count; i++)
            Line($"{i + 1} {bars[i].Calls} {int.Parse(scale.Fill(bars[i].Calls).AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture)} {DisplayText.Number(bars[i].Calls)}");
        Line($"END_OF_CALLS");
        Line(bars.Count == 0 ? $"plot NaN notitle"
            : (FormattableString)$"plot $calls using 2:1:(0.5):2:($1-0.38):($1+0.38):3 with boxxyerror linecolor rgb variable, $calls using 2:1:4 with labels left offset character 0.6,0 noenhanced textcolor rgb '#1f2933'");
        return to.ToString();
    }

    private static IEnumerable<string> Heading(IReadOnlyList<FunctionCallCount> counts, int shown, string? title)
    {
        var traces = counts.Select(c => c.Trace).OfType<TraceInfo>().Distinct().ToList();
        var recording = string.Join(", ", traces.Take(3).Select(t => t.Path == "-" ? "standard input" : Path.GetFileName(t.Path))) + (traces.Count > 3 ? $" and {traces.Count - 3} more" : "");
        yield return DisplayText.Shorten(title ?? (recording.Length > 0 ? $"Calls in {recording}" : "Calls"), 110);
        var about = $"{DisplayText.Number(counts.Sum(c => c.Calls))} calls";
        if (title is not null && recording.Length > 0) about = $"{recording} · {about}";
        about += shown < counts.Count ? $" · the {DisplayText.Number(shown)} largest of {DisplayText.Number(counts.Count)} counts" : $" · {DisplayText.Number(shown)} counts";
        if (traces.Count > 0) about += traces.Sum(t => t.LostEvents) is > 0 and var lost ? $" · {DisplayText.Number(lost)} events lost while recording" : " · no event lost";
        yield return DisplayText.Shorten(about, 150);
    }

    /// <summary>What was counted by, in the order people name it.</summary>
    internal static string Name(FunctionCallCount count)
    {
        var parts = new List<string>();
        if (count.FunctionSymbol is { } function) parts.Add(function.ToString());
        if (count.CallerSymbol is { } caller) parts.Add($"{(parts.Count > 0 ? "from " : "")}{(caller.Name.Length > 0 ? caller : "(not traced)")}");
        if (count.Comm is not null) parts.Add($"{count.Comm}-{count.ProcessId}");
        if (count.Context is { } context) parts.Add(context.ToString());
        if (count.Cpu is { } cpu) parts.Add(cpu < 0 ? "CPU not known" : $"CPU {cpu}");
        return parts.Count > 0 ? string.Join(" · ", parts) : "all";
    }

    private static string Quote(string text) => $"'{DisplayText.Visible(text).Replace("'", "''", StringComparison.Ordinal)}'";
}
