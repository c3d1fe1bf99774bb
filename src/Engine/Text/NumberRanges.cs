using System.Globalization;

namespace KernelMagnifier.Text;

/// <summary>Lists of whole numbers and ranges, such as <c>0-3,8</c>.</summary>
internal static class NumberRanges
{
    private const int LongestRange = 65_536;

    /// <summary>Parses a list. Numbers keep their order; blanks around them are allowed.</summary>
    /// <param name="text">The list.</param>
    /// <param name="least">The smallest number allowed.</param>
    /// <param name="most">The largest number allowed.</param>
    /// <param name="numbers">All numbers, ranges expanded.</param>
    /// <returns>False for an empty list, an empty or malformed element, a number out of bounds, or a range that is reversed or
    /// has more than 65,536 numbers.</returns>
    public static bool TryParse(string text, int least, int most, out List<int> numbers)
    {
        numbers = [];
        foreach (var element in text.AsSpan().Split(','))
        {
            if (!TryParseElement(text.AsSpan(element).Trim(), least, most, out var from, out var to)) return false;
            if (to < from || (long)to - from >= LongestRange) return false;
            for (var n = (long)from; n <= to; n++) numbers.Add((int)n);
        }
        return numbers.Count > 0;
    }

    private static bool TryParseElement(ReadOnlySpan<char> element, int least, int most, out int from, out int to)
    {
        // The first character may be the sign of the first number.
        var dash = element.Length > 1 ? element[1..].IndexOf('-') + 1 : 0;
        var first = dash > 0 ? element[..dash] : element;
        var last = dash > 0 ? element[(dash + 1)..] : element;
        to = 0;
        return TryParseNumber(first, out from) && TryParseNumber(last, out to) && from >= least && to <= most;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out int number)
        => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out number);
}
