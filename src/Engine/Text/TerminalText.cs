using System.Buffers;
using System.Globalization;
using System.Text;

namespace KernelMagnifier.Text;

/// <summary>
/// Escapes untrusted text for a terminal. Characters that move the cursor, change colours, break the line or change the reading
/// direction are written as <c>\x1b</c> or <c>\u{202e}</c>. Text in any script is unchanged. From <c>\x80</c>, that spelling is a
/// byte that is not UTF-8 (<see cref="NameText"/>), and the control character U+0080 is <c>\u{80}</c>.
/// </summary>
public static class TerminalText
{
    // Covers the names of all functions and of nearly all tasks.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The text with all such characters escaped.</summary>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain)) return text;
        var safe = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)text[i]:x}}}");
                continue;
            }
            i += rune.Utf16SequenceLength - 1;
            if (!IsDangerous(rune)) safe.Append(rune.ToString());
            else if (rune.Value == '\n') safe.Append("\\n");
            else if (rune.Value == '\r') safe.Append("\\r");
            else if (rune.Value == '\t') safe.Append("\\t");
            else if (rune.Value < 0x80) safe.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            else safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }
        return safe.ToString();
    }

    /// <summary>
    /// The most columns of a cell of a table. All rows are as wide as the widest cell of each column, so one long name would make
    /// the whole table long.
    /// </summary>
    internal const int WidestCell = 120;

    /// <summary>The escaped text in at most <see cref="WidestCell"/> columns. An ellipsis replaces the middle of a longer one.</summary>
    internal static string Cell(string text)
    {
        // Escaping a text of megabytes, or of characters without a width, would be in vain.
        var escaped = Escape(DisplayText.Shorten(text, 4 * WidestCell));
        if (Width(escaped) <= WidestCell) return escaped;
        var runes = escaped.EnumerateRunes().ToArray();
        var head = Take(runes, WidestCell * 2 / 3);
        Array.Reverse(runes);
        var tail = Take(runes, WidestCell - 1 - WidestCell * 2 / 3);
        Array.Reverse(tail);
        return $"{string.Concat(head)}…{string.Concat(tail)}";
    }

    private static Rune[] Take(Rune[] runes, int columns)
    {
        var count = 0;
        for (; count < runes.Length && (columns -= Width(runes[count])) >= 0; count++) { }
        return runes[..count];
    }

    /// <summary>The number of terminal columns that a text takes after <see cref="Escape"/>.</summary>
    public static int Width(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain)) return text.Length;
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Width(rune);
        return width;
    }

    private static int Width(Rune rune)
        => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
            : IsWide(rune.Value) ? 2 : 1;

    private static bool IsDangerous(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned;

    /// <summary>
    /// Whether the code point is an East Asian wide character or an emoji; an approximation of what terminals do.
    /// </summary>
    private static bool IsWide(int c) => c >= 0x1100
        && (c <= 0x115F || c is >= 0x2E80 and <= 0xA4CF || c is >= 0xAC00 and <= 0xD7A3 || c is >= 0xF900 and <= 0xFAFF
            || c is >= 0xFE30 and <= 0xFE6F || c is >= 0xFF00 and <= 0xFF60 || c is >= 0xFFE0 and <= 0xFFE6
                || c is >= 0x1F300 and <= 0x1FAFF
            || c is >= 0x20000 and <= 0x3FFFD);
}
