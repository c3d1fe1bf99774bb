using System.Globalization;
using System.Text;

namespace KernelMagnifier.Text;

/// <summary>Names of recordings made fit to be shown: they may hold anything, and nothing they hold may act.</summary>
internal static class DisplayText
{
    /// <summary>
    /// The text with everything that has no glyph or moves others about (control characters, bidirectional controls, line ends,
    /// lone surrogates) written out as <c>‹U+202E›</c>.
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
            // U+FFFE and U+FFFF are no characters of XML.
            var shown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate)
                && (rune.Value & 0xFFFE) != 0xFFFE;
            if (shown) to.Append(rune);
            else to.Append(CultureInfo.InvariantCulture, $"‹U+{rune.Value:X4}›");
        }
        return to.ToString();
    }

    /// <summary>At most so many characters: the middle gives way to an ellipsis, since both ends of a name tell most.</summary>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most) return text;
        var head = (most - 1) * 2 / 3;
        var tail = most - 1 - head;
        // Neither cut may part a surrogate pair.
        if (char.IsHighSurrogate(text[head - 1])) head--;
        var from = text.Length - tail;
        if (char.IsLowSurrogate(text[from])) from++;
        return string.Concat(text.AsSpan(0, head), "…", text.AsSpan(from));
    }

    /// <summary>A number with thousands apart.</summary>
    public static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>
    /// A name in lines of about so many characters, broken after <c>_ . / |</c> where there is one; the lines put together are the name.
    /// </summary>
    public static IEnumerable<string> WrapName(string name, int width)
    {
        var from = 0;
        while (name.Length - from > width)
        {
            // A short last line looks like a mistake: then the rest stays in one.
            if (name.Length - from <= width + 3) break;
            var at = name.AsSpan(from, width).LastIndexOfAny("_./|");
            var to = from + (at >= width / 3 ? at + 1 : width);
            if (char.IsLowSurrogate(name[to])) to++;
            yield return name[from..to];
            from = to;
        }
        if (from < name.Length || name.Length == 0) yield return name[from..];
    }

    /// <summary>Words in lines of about so many characters.</summary>
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
