using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Writes lengths of time with three digits and a unit: <c>3.12 µs</c>.</summary>
internal static class ChartUnits
{
    private static readonly (double Size, string Unit)[] Units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")];

    /// <summary>The text of a length.</summary>
    /// <param name="length">The length in nanoseconds, or in counts of a clock.</param>
    /// <param name="isCounts">Whether it is in counts of a clock.</param>
    public static string Of(double length, bool isCounts = false)
    {
        if (isCounts) return DisplayText.Number((long)length);
        // Rounding to three digits can lead to the next unit.
        var (size, unit) = Units.FirstOrDefault(u => length >= u.Size * 0.9995, Units[^1]);
        return $"{Digits(length / size)} {unit}";
    }

    private static string Digits(double value)
    {
        var format = value switch { >= 99.95 => "#,0", >= 9.995 => "0.#", _ => "0.##" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
