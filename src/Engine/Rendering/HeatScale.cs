using System.Globalization;

namespace KernelMagnifier.Rendering;

/// <summary>
/// Maps call counts to colours, from cool to hot, on a logarithmic scale. Lightness changes monotonically (falling on a light
/// ground, rising on a dark one), so the order is visible with any colour vision and in a greyscale print.
/// </summary>
/// <param name="most">The largest count.</param>
/// <param name="onDark">Whether the ground is dark.</param>
internal sealed class HeatScale(long most, bool onDark = false)
{
    // Pale blue, sand, orange, dark red.
    private static readonly int[] FillStops = [0xE6EFF7, 0xC3DBEA, 0xCFCFA4, 0xE3B04F, 0xE0802F, 0xC8471F, 0x9C1A1A];

    // Lines are thin, so their cool end is darker: pale blue would be invisible on white.
    private static readonly int[] LineStops = [0x9FB4C7, 0x7F9FBC, 0x97936B, 0xBA8428, 0xC3601C, 0xB03A1A, 0x9C1A1A];

    // Dark blue, violet, orange, bright yellow.
    private static readonly int[] DarkFillStops = [0x1D2A3A, 0x2B3A5C, 0x54407A, 0x96457A, 0xD0605C, 0xEF9A4B, 0xFBDD7C];

    private static readonly int[] DarkLineStops = [0x46586C, 0x56689A, 0x7A62AC, 0xAE5C92, 0xD96C68, 0xF0A057, 0xFBDD7C];

    private readonly int[] _fill = onDark ? DarkFillStops : FillStops;

    private readonly int[] _line = onDark ? DarkLineStops : LineStops;

    private readonly double _most = Math.Log(Math.Max(most, 10));

    /// <summary>The position of a count on the scale, from 0 to 1.</summary>
    public double Heat(long calls) => calls <= 1 ? 0 : Math.Min(1, Math.Log(calls) / _most);

    /// <summary>The colour of an area, as <c>#rrggbb</c>.</summary>
    public string Fill(long calls) => Hex(At(_fill, Heat(calls)));

    /// <summary>The colour of a line, as <c>#rrggbb</c>.</summary>
    public string Line(long calls) => Hex(At(_line, Heat(calls)));

    /// <summary>
    /// Black or white, whichever has the higher contrast on <see cref="Fill"/>. One of them always reaches the 4.5 of WCAG AA.
    /// </summary>
    public string Text(long calls)
    {
        var light = Luminance(At(_fill, Heat(calls)));
        return 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? "#ffffff" : "#000000";
    }

    /// <summary>The counts for a legend: the powers of ten and the largest count.</summary>
    public IEnumerable<long> Ticks()
    {
        for (var tick = 1L; ; tick *= 10)
        {
            yield return tick;
            if (tick * 10.0 > Math.Max(most, 10)) break;
        }
        // The largest count, unless it is close to the last power of ten.
        if (most > 10 && Math.Log10(most) % 1 > 0.15) yield return most;
    }

    /// <summary>Relative luminance as defined by WCAG 2, from 0 to 1.</summary>
    internal static double Luminance(int rgb)
    {
        static double Linear(int channel)
            => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        return (0.2126 * Linear(rgb >> 16)) + (0.7152 * Linear(rgb >> 8 & 0xFF)) + (0.0722 * Linear(rgb & 0xFF));
    }

    private static int At(int[] stops, double heat)
    {
        var at = heat * (stops.Length - 1);
        var low = Math.Min((int)at, stops.Length - 2);
        var part = at - low;
        int Mix(int shift)
            => (int)Math.Round(((stops[low] >> shift & 0xFF) * (1 - part)) + ((stops[low + 1] >> shift & 0xFF) * part)) << shift;
        return Mix(16) | Mix(8) | Mix(0);
    }

    private static string Hex(int rgb) => "#" + rgb.ToString("x6", CultureInfo.InvariantCulture);
}
