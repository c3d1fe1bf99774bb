using System.Globalization;

namespace KernelMagnifier.Text;

/// <summary>Numbers of bytes with a unit: <c>64MB</c>, <c>1.5G</c>, <c>4096</c>. Units are powers of 1024.</summary>
internal static class Sizes
{
    /// <summary>Parses a size. The unit may be followed by <c>B</c> or <c>iB</c>, in any case; no unit means bytes.</summary>
    /// <param name="text">The size.</param>
    /// <param name="bytes">The number of bytes, a fraction of a byte cut off.</param>
    /// <returns>False when the text is not a size, or exceeds 2^63 bytes.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var trimmed = text.AsSpan().Trim();
        var end = trimmed.Length;
        while (end > 0 && char.IsAsciiLetter(trimmed[end - 1])) end--;
        var factor = trimmed[end..].ToString().ToUpperInvariant() switch
        {
            "" or "B" => 1L,
            "K" or "KB" or "KIB" => 1L << 10,
            "M" or "MB" or "MIB" => 1L << 20,
            "G" or "GB" or "GIB" => 1L << 30,
            "T" or "TB" or "TIB" => 1L << 40,
            _ => 0,
        };
        if (factor == 0) return false;
        var digits = trimmed[..end].TrimEnd();
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number > long.MaxValue / (decimal)factor) return false;
        bytes = (long)(number * factor);
        return true;
    }

    /// <summary>Formats a size with the largest unit that it reaches and at most one decimal, such as <c>1.5 GB</c>.</summary>
    /// <param name="bytes">The number of bytes.</param>
    public static string Format(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 10):0.#} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };
}
