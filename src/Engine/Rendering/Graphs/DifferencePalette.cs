using System.Globalization;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// The colours of changes: red for more, blue for less, grey for neither. They differ with any colour vision, and the shape of
/// the line says the same without colour. Text is black or white, whichever has the higher contrast.
/// </summary>
internal sealed class DifferencePalette
{
    private static readonly DifferencePalette Light = new([0xFDDBC7, 0xF4A582, 0xD6604D], [0xD1E5F0, 0x92C5DE, 0x4393C3])
    {
        Grey = "#e9edf0", GreyLine = "#7d8893", MoreLine = "#b2182b", LessLine = "#2166ac",
    };

    private static readonly DifferencePalette Dark = new([0x5A2A26, 0x8F3B31, 0xD6604D], [0x1F3B55, 0x2C628F, 0x4393C3])
    {
        Grey = "#2a3038", GreyLine = "#75828e", MoreLine = "#f4836f", LessLine = "#7db8f5",
    };

    private readonly int[] _more, _less;

    private DifferencePalette(int[] more, int[] less) => (_more, _less) = (more, less);

    /// <summary>The fill of a function without a change.</summary>
    public required string Grey { get; init; }

    /// <summary>A line without a change.</summary>
    public required string GreyLine { get; init; }

    /// <summary>A line with more calls.</summary>
    public required string MoreLine { get; init; }

    /// <summary>A line with fewer calls.</summary>
    public required string LessLine { get; init; }

    public static DifferencePalette Of(GraphTheme theme) => theme == GraphTheme.Dark ? Dark : Light;

    /// <summary>The colour of a line.</summary>
    public string Line(DifferenceChange change) => change switch
    {
        DifferenceChange.More or DifferenceChange.New => MoreLine,
        DifferenceChange.Less or DifferenceChange.Gone => LessLine,
        _ => GreyLine,
    };

    /// <summary>The colours of an area and of the text on it.</summary>
    public (string Fill, string Text) Fill(DifferenceChange change, double strength, string ink)
    {
        if (change == DifferenceChange.None) return (Grey, ink);
        var stops = change is DifferenceChange.More or DifferenceChange.New ? _more : _less;
        var rgb = stops[strength switch { < 0.25 => 0, < 0.6 => 1, _ => 2 }];
        var light = HeatScale.Luminance(rgb);
        return ("#" + rgb.ToString("x6", CultureInfo.InvariantCulture),
            1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? "#ffffff" : "#000000");
    }

    /// <summary>The style of a line, which says the change without colour; empty for a plain line.</summary>
    public static string Style(DifferenceChange change) => change switch
    {
        DifferenceChange.Less => "dashed",
        DifferenceChange.Gone => "dotted",
        _ => "",
    };
}
