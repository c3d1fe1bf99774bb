using System.Buffers;
using System.Globalization;
using System.Text;

namespace KernelMagnifier.Text;

/// <summary>
/// Formats untrusted text as a field of a CSV file (RFC 4180) that a spreadsheet does not run. Spreadsheets evaluate a cell that
/// starts with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c> or the full-width form of one as a formula, and a task can be named
/// <c>=cmd|…</c>. Where a semicolon or a tab separates cells, as in many countries, a cell can start in the middle of a field. So an
/// apostrophe, which marks text in a spreadsheet, is written at the start of the field and after each <c>,</c>, <c>;</c>, tab and
/// line break in it, if one of these characters follows there, directly or after quotation marks, apostrophes and characters that
/// are not seen. A reader removes one apostrophe at each of these places. All other text is unchanged.
/// </summary>
internal static class CsvText
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",;\"\t\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\uFF1D\uFF0B\uFF0D\uFF20");

    private static readonly SearchValues<char> Risky = SearchValues.Create("=+-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n");
    private static readonly SearchValues<char> Separators = SearchValues.Create(",;\t\r\n");

    /// <summary>The field for a text of a recording or a symbol map, quoted where a spreadsheet needs it.</summary>
    public static string Field(string text)
    {
        text = Guarded(text);
        return text.AsSpan().ContainsAny(NeedsQuotes) || text is [' ', ..] or [.., ' ']
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    /// <summary>Returns the text of a field that <see cref="Field"/> wrote, without its quotes.</summary>
    public static string TextOf(string field)
    {
        if (!field.Contains('\'', StringComparison.Ordinal)) return field;
        StringBuilder? text = null;
        var copied = 0;
        for (var start = 0; start >= 0; start = NextCell(field, start))
        {
            if (start == field.Length || field[start] != '\'' || !IsFormula(field, start)) continue;
            (text ??= new StringBuilder(field.Length)).Append(field, copied, start - copied);
            copied = start + 1;
        }
        return text is null ? field : text.Append(field, copied, field.Length - copied).ToString();
    }

    private static string Guarded(string text)
    {
        if (!text.AsSpan().ContainsAny(Risky)) return text;
        StringBuilder? safe = null;
        var copied = 0;
        for (var start = 0; start >= 0; start = NextCell(text, start))
        {
            if (!IsFormula(text, start)) continue;
            (safe ??= new StringBuilder(text.Length + 8)).Append(text, copied, start - copied).Append('\'');
            copied = start;
        }
        return safe is null ? text : safe.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The start of the next cell after a separator; -1 if there is none.</summary>
    private static int NextCell(string text, int start)
        => text.AsSpan(start).IndexOfAny(Separators) is >= 0 and var at ? start + at + 1 : -1;

    /// <summary>Whether a spreadsheet could evaluate a cell that starts here.</summary>
    private static bool IsFormula(string text, int start)
    {
        var at = start;
        while (at < text.Length && IsSkipped(text[at])) at++;
        if (at == text.Length) return false;
        return Formula.Contains(text[at]) || (start == 0 && text[at] is '\t' or '\r' or '\n');
    }

    private static bool IsSkipped(char c)
        => c is '\'' or '"' || (!Separators.Contains(c) && (char.IsWhiteSpace(c) || char.IsControl(c)
            || char.GetUnicodeCategory(c) == UnicodeCategory.Format));
}
