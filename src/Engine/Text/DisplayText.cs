using System.Globalization;
using System.Text;

namespace KernelMagnifier.Text;

/// <summary>Formats text for display. Names come from recordings and are untrusted: they can hold any character.</summary>
internal static class DisplayText
{
    /// <summary>
    /// Escapes characters without a glyph and characters that change the display of others (control characters, bidirectional
    /// controls, line ends, lone surrogates) as their code point: <c>‹U+202E›</c>.
    /// </summary>
    public static string Visible(string text)
    {
        var plain = true;
        foreach (var c in text) plain &= c is >= ' ' and <= '~';
        if (plain) return text;
        var to = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                to.Append(CultureInfo.InvariantCulture, $"‹U+{(int)text[i]:X4}›");
                continue;
            }
            i += rune.Utf16SequenceLength - 1;
            // XML does not allow U+FFFE and U+FFFF.
            var shown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate)
                && (rune.Value & 0xFFFE) != 0xFFFE;
            if (shown) to.Append(rune);
            else to.Append(CultureInfo.InvariantCulture, $"‹U+{rune.Value:X4}›");
        }
        return to.ToString();
    }

    /// <summary>
    /// Shortens the text to at most <paramref name="most"/> UTF-16 code units. An ellipsis replaces the middle, because the start
    /// and the end of a name identify it best.
    /// </summary>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most) return text;
        var head = (most - 1) * 2 / 3;
        var tail = most - 1 - head;
        // Neither cut may split a surrogate pair.
        if (char.IsHighSurrogate(text[head - 1])) head--;
        var from = text.Length - tail;
        if (char.IsLowSurrogate(text[from])) from++;
        return string.Concat(text.AsSpan(0, head), "…", text.AsSpan(from));
    }

    /// <summary>The text as <see cref="Visible"/> escapes it, in at most <paramref name="most"/> UTF-16 code units.</summary>
    public static string Fit(string text, int most) => Shorten(Visible(Shorten(text, most)), most);

    /// <summary>A number with thousands separators.</summary>
    public static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with its noun: <c>1 call</c>, <c>2,000 calls</c>.</summary>
    public static string Count(long n, string noun) => $"{Number(n)} {noun}{(n == 1 ? "" : "s")}";

    /// <summary>A share as a percentage. The result is "100 %" only for the whole, and "0 %" only for nothing.</summary>
    public static string Percent(long part, long whole)
    {
        if (whole <= 0 || part >= whole) return "100 %";
        var percent = 100.0 * part / whole;
        return percent switch
        {
            0 => "0 %",
            < 0.1 => "under 0.1 %",
            > 99.9 => "over 99.9 %",
            < 10 or > 99 => percent.ToString("0.0", CultureInfo.InvariantCulture) + " %",
            _ => Math.Floor(percent).ToString(CultureInfo.InvariantCulture) + " %",
        };
    }

    /// <summary>
    /// Splits a name into lines of about <paramref name="width"/> characters, after <c>_ . / |</c> if possible. The joined lines
    /// are the name.
    /// </summary>
    public static IEnumerable<string> WrapName(string name, int width)
    {
        var from = 0;
        while (name.Length - from > width)
        {
            // Avoids a last line of one to three characters.
            if (name.Length - from <= width + 3) break;
            var at = name.AsSpan(from, width).LastIndexOfAny("_./|");
            var to = from + (at >= width / 3 ? at + 1 : width);
            if (char.IsLowSurrogate(name[to])) to++;
            yield return name[from..to];
            from = to;
        }
        if (from < name.Length || name.Length == 0) yield return name[from..];
    }

    /// <summary>
    /// Wraps text at spaces into lines of at most <paramref name="width"/> characters; a longer word has a line of its own.
    /// </summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }
        if (line.Length > 0) yield return line.ToString();
    }
}
