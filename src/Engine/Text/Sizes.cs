using System.Globalization;

namespace KernelMagnifier.Text;

/// <summary>Numbers of bytes as people write them: <c>64MB</c>, <c>1.5G</c>, <c>4096</c>. A unit counts in 1024s.</summary>
public static class Sizes
{
    /// <summary>Reads a size.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.AsSpan().Trim();
        var end = digits.Length;
        while (end > 0 && char.IsAsciiLetter(digits[end - 1])) end--;
        var factor = digits[end..].ToString().ToUpperInvariant() switch
        {
            "" or "B" => 1L,
            "K" or "KB" or "KIB" => 1L << 10,
            "M" or "MB" or "MIB" => 1L << 20,
            "G" or "GB" or "GIB" => 1L << 30,
            "T" or "TB" or "TIB" => 1L << 40,
            _ => 0,
        };
        if (factor == 0 || !double.TryParse(digits[..end].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) || n * factor >= long.MaxValue) return false;
        bytes = (long)(n * factor);
        return true;
    }

    /// <summary>Writes a size with the unit that suits it.</summary>
    public static string Show(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 10):0.#} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };
}
