namespace KernelMagnifier.Rendering.Charts;

/// <summary>A colour with a role, for a light and a dark ground.</summary>
/// <param name="Name">The role, which is the class in SVG.</param>
/// <param name="Light">The colour on a light ground, as <c>#rrggbb</c>.</param>
/// <param name="Dark">The colour on a dark ground.</param>
internal sealed record ChartColor(string Name, string Light, string Dark)
{
    private const long HeatMost = 1_000_000;

    /// <summary>The ground.</summary>
    public static readonly ChartColor Ground = new("ground", "#ffffff", "#14191e");

    /// <summary>Text.</summary>
    public static readonly ChartColor Ink = new("ink", "#1f2933", "#e4e7eb");

    /// <summary>Less important text.</summary>
    public static readonly ChartColor Soft = new("soft", "#52606d", "#a5b1bd");

    /// <summary>Lines of an axis.</summary>
    public static readonly ChartColor Axis = new("axis", "#7b8794", "#7b8794");

    /// <summary>Lines of the grid.</summary>
    public static readonly ChartColor Grid = new("grid", "#e1e6ea", "#2c363f");

    /// <summary>What was lost or is uncertain.</summary>
    public static readonly ChartColor Warning = new("warn", "#8a1c1c", "#ff9b8f");

    /// <summary>The colours of series. They can be told apart with any colour vision, and by lightness.</summary>
    public static readonly IReadOnlyList<ChartColor> Series =
    [
        new("s0", "#0072b2", "#56b4e9"), new("s1", "#c2410c", "#ff9a4d"), new("s2", "#00795a", "#3ddbb0"),
        new("s3", "#a6368f", "#f0a3da"), new("s4", "#7a6200", "#ecd04a"), new("s5", "#3b2a94", "#b3a7f5"),
        new("s6", "#4b5560", "#c5ccd3"), new("s7", "#8c5a3c", "#d9b08c"),
    ];

    /// <summary>The colours of a heat map, from few to many.</summary>
    public static readonly IReadOnlyList<ChartColor> Heat =
        [.. Enumerable.Range(0, 10).Select(level => new ChartColor($"h{level}", HeatAt(level, false), HeatAt(level, true)))];

    /// <summary>All colours.</summary>
    public static IEnumerable<ChartColor> All => [Ground, Ink, Soft, Axis, Grid, Warning, .. Series, .. Heat];

    // The palest colours of the scale are not seen on the ground, and every interval is to be seen.
    private static string HeatAt(int level, bool isDark)
        => new HeatScale(HeatMost, isDark).Fill((long)Math.Pow(HeatMost, 0.2 + (0.8 * level / 9)));
}
