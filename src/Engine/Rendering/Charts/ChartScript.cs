using System.Globalization;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>
/// Writes a picture as a script for gnuplot, which draws it as a bitmap or PDF: the same boxes, lines and texts at the same
/// places as in SVG. Texts are in single quotes, where gnuplot has neither escapes nor command substitution, and enhanced text is
/// off.
/// </summary>
internal static class ChartScript
{
    // Twice the pixels, for screens and print. The PDF has its size in inches of 96 pixels.
    private const int Scale = 2;
    private const double PixelsPerInch = 96;

    /// <summary>The script.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="format">png or pdf.</param>
    public static string Of(ChartPicture picture, string format)
    {
        var script = new StringBuilder();
        Line(script, $"set encoding utf8");
        Line(script, $"set terminal {FormattableString.Invariant(Terminal(picture, format))} background rgb 'white'");
        Line(script, $"unset border; unset tics; unset key; set offsets 0,0,0,0");
        Line(script, $"set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen 0");
        Line(script, $"set xrange [0:{picture.Width}]; set yrange [{picture.Height}:0]");
        Line(script, $"set style fill solid 1 noborder");
        var plots = new List<string>();
        var shapes = picture.Shapes.Where(s => !ReferenceEquals(s.Color, ChartColor.Ground)).ToList();
        for (var i = 0; i < shapes.Count;)
        {
            var first = i;
            while (i < shapes.Count && IsTogether(shapes[first], shapes[i])) i++;
            var run = shapes.GetRange(first, i - first);
            if (run[0] is ChartBox) Boxes(script, run, plots);
            else if (run[0] is ChartLine line) Lines(script, line, run, plots, format == "png" ? Scale : 1);
            else run.ForEach(label => Label(script, (ChartLabel)label, format));
        }
        script.Append("plot ").AppendJoin(", ", plots).Append('\n');
        return script.ToString();
    }

    private static FormattableString Terminal(ChartPicture picture, string format)
    {
        var (width, height) = format == "png" ? (picture.Width * Scale, picture.Height * Scale)
            : (picture.Width / PixelsPerInch, picture.Height / PixelsPerInch);
        if (format == "png") return $"pngcairo noenhanced size {width:0},{height:0} fontscale {Scale} font 'Helvetica,10'";
        return $"pdfcairo noenhanced size {width:0.###}in,{height:0.###}in fontscale 1 font 'Helvetica,10'";
    }

    private static bool IsTogether(ChartShape a, ChartShape b) => (a, b) switch
    {
        (ChartBox, ChartBox) => true,
        (ChartLabel, ChartLabel) => true,
        (ChartLine x, ChartLine y) => x.Color == y.Color && x.Thickness == y.Thickness && x.Dash.SequenceEqual(y.Dash),
        _ => false,
    };

    private static void Boxes(StringBuilder script, List<ChartShape> run, List<string> plots)
    {
        var name = $"$d{plots.Count}";
        Line(script, $"{name} << END_OF_DATA");
        foreach (var box in run.Cast<ChartBox>())
        {
            var (right, bottom) = (box.X + box.Width, box.Y + box.Height);
            Line(script, $"{box.X:0.##} {box.Y:0.##} {box.X:0.##} {right:0.##} {box.Y:0.##} {bottom:0.##} {Rgb(box.Color)}");
        }
        Line(script, $"END_OF_DATA");
        plots.Add($"{name} using 1:2:3:4:5:6:7 with boxxyerror linecolor rgb variable");
    }

    private static void Lines(StringBuilder script, ChartLine style, List<ChartShape> run, List<string> plots, double width)
    {
        var name = $"$d{plots.Count}";
        Line(script, $"{name} << END_OF_DATA");
        foreach (var line in run.Cast<ChartLine>())
        {
            foreach (var (x, y) in line.Points) Line(script, $"{x:0.##} {y:0.##}");
            // An empty line separates lines.
            script.Append('\n');
        }
        Line(script, $"END_OF_DATA");
        var dash = style.Dash.Count == 0 ? "solid" : $"({string.Join(',', style.Dash.Select(d => d * 2))})";
        var look = $"linecolor rgb '{style.Color.Light}' linewidth {Decimal(style.Thickness * width)} dashtype {dash}";
        plots.Add($"{name} with lines {look}");
    }

    private static string Decimal(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static void Label(StringBuilder script, ChartLabel label, string format)
    {
        var place = label.Anchor switch { 1 => "center", 2 => "right", _ => "left" };
        // A label is centred on its place, which in SVG is on its base line. Pixels are three quarters of a point.
        var shift = label.Size * 0.36;
        var (x, y) = label.IsUpright ? (label.X - shift, label.Y) : (label.X, label.Y - shift);
        var font = $"{(label.IsBold ? "Helvetica:Bold" : "Helvetica")},{Decimal(Points(label.Size, format))}";
        var turn = label.IsUpright ? "rotate by 90" : "norotate";
        var style = $"{place} {turn} noenhanced front font '{font}' textcolor rgb '{label.Color.Light}'";
        Line(script, $"set label {Quote(label.Text)} at first {x:0.##},{y:0.##} {style}");
    }

    private static double Points(double pixels, string format) => format == "png" ? pixels * 0.72 : pixels * 0.6;

    private static int Rgb(ChartColor color)
        => int.Parse(color.Light.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static void Line(StringBuilder script, FormattableString line)
        => script.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>
    /// A text in single quotes. gnuplot reads two quotes as one, but not at the start of a text: there, a name with an expression
    /// in two quotes would run it. An apostrophe of another kind ends no quotes.
    /// </summary>
    internal static string Quote(string text) => $"'{DisplayText.Visible(text).Replace('\'', '’')}'";
}
