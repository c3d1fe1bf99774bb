using System.Globalization;

namespace KernelMagnifier.Text;

/// <summary>Durations as text with a unit: <c>5ms</c>, <c>200us</c>, <c>1.5s</c>.</summary>
internal static class DurationText
{
    /// <summary>What a duration can be, for messages.</summary>
    public const string Expected = "a duration such as 5ms, 200us, 1.5s or 2 (seconds)";

    /// <summary>
    /// Parses a duration: a number with the unit ns, us, µs, ms, s, m, min, h or d; a number without one is in seconds.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="nanoseconds">The duration, a fraction of a nanosecond cut off.</param>
    /// <returns>False if the text is no duration, is negative, or exceeds 2^63 ns.</returns>
    public static bool TryParse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var trimmed = text.AsSpan().Trim();
        var end = trimmed.Length;
        while (end > 0 && char.IsLetter(trimmed[end - 1])) end--;
        var factor = trimmed[end..] switch
        {
            "ns" => 1L,
            // Both the micro sign and the Greek letter.
            "us" or "\u00B5s" or "\u03BCs" => 1000,
            "ms" => 1_000_000,
            "" or "s" => 1_000_000_000,
            "m" or "min" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            _ => 0,
        };
        var digits = trimmed[..end].TrimEnd();
        return factor != 0
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= long.MaxValue / (decimal)factor && (nanoseconds = (long)(number * factor)) >= 0;
    }

    /// <summary>A duration in nanoseconds, with four digits and the unit that fits: <c>12.34 µs</c>.</summary>
    public static string Of(decimal nanoseconds) => nanoseconds switch
    {
        < 1000 => $"{nanoseconds.ToString("0", CultureInfo.InvariantCulture)} ns",
        < 999_950 => $"{Digits(nanoseconds / 1000)} µs",
        < 999_950_000 => $"{Digits(nanoseconds / 1_000_000)} ms",
        _ => $"{Digits(nanoseconds / 1_000_000_000)} s",
    };

    /// <summary>A length in counts of a clock, with four digits: <c>12.34 M</c>.</summary>
    public static string OfCounts(decimal counts) => counts switch
    {
        < 1_000_000 => counts.ToString("N0", CultureInfo.InvariantCulture),
        < 999_950_000 => $"{Digits(counts / 1_000_000)} M",
        _ => $"{Digits(counts / 1_000_000_000)} G",
    };

    private static string Digits(decimal number) => number.ToString(number switch
    {
        < 9.9995m => "0.000",
        < 99.995m => "0.00",
        < 999.95m => "0.0",
        _ => "N0",
    }, CultureInfo.InvariantCulture);

    /// <summary>A duration as an argument that <see cref="TryParse"/> reads back: <c>2ms</c>, <c>1500us</c>.</summary>
    public static string Compact(long nanoseconds)
    {
        (long Size, string Unit)[] units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1000, "us"), (1, "ns")];
        var (size, unit) = Array.Find(units, one => nanoseconds % one.Size == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / size}{unit}");
    }

    /// <summary>The nanoseconds of a time span; the most there are for a longer one (292 years).</summary>
    public static long Nanoseconds(TimeSpan span)
        => span.Ticks > long.MaxValue / TimeSpan.NanosecondsPerTick ? long.MaxValue : span.Ticks * TimeSpan.NanosecondsPerTick;
}
