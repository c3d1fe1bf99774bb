using System.Globalization;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>Names, labels and numbers in Prometheus' text format.</summary>
internal static class MetricText
{
    private const int LongestValue = 128, LongestName = 100;

    // Names of metrics do not contain them.
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];

    /// <summary>Labels in braces. Those without a value are left out, and so are all but the first of one name.</summary>
    public static string Labels(IEnumerable<(string Name, string? Value)> labels)
    {
        var text = new StringBuilder();
        var names = new HashSet<string>();
        foreach (var (name, value) in labels)
        {
            if (string.IsNullOrEmpty(value) || !names.Add(name)) continue;
            text.Append(text.Length == 0 ? "{" : ",").Append(name).Append("=\"").Append(Escape(value)).Append('"');
        }
        return text.Length == 0 ? "" : text.Append('}').ToString();
    }

    /// <summary>A name of small letters, digits and underscores.</summary>
    public static string Name(string text)
    {
        var name = new StringBuilder();
        foreach (var c in text.Take(LongestName))
            if (char.IsAsciiLetterOrDigit(c)) name.Append(char.ToLowerInvariant(c));
            else if (name.Length > 0 && name[^1] != '_') name.Append('_');
        return string.Join('_', name.ToString().Split('_', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => Array.IndexOf(Types, word) < 0));
    }

    /// <summary>A number.</summary>
    public static string Number(double value)
        => double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? value > 0 ? "+Inf" : "-Inf"
            : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    /// <summary>The bound of a range of lengths, in seconds.</summary>
    public static string Bound(int exponent) => Number((1L << exponent) / 1e9);

    /// <summary>A value of a label: at most so many characters, none of which a terminal, a line or a quote would end by.
    /// </summary>
    private static string Escape(string value)
    {
        var runes = value.EnumerateRunes().Take(LongestValue + 1).ToList();
        var cut = runes.Count <= LongestValue ? value : string.Concat(runes.Take(LongestValue)) + "…";
        return TerminalText.Escape(cut).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
    }
}
