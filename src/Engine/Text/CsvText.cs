using System.Buffers;

namespace KernelMagnifier.Text;

/// <summary>
/// Formats untrusted text as a field of a CSV file (RFC 4180) that a spreadsheet does not run. Spreadsheets evaluate a field that
/// starts with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c>, a tab or a line break as a formula, and a task can be named <c>=cmd|…</c>.
/// Such a field is prefixed with an apostrophe, which marks text in a spreadsheet. A field that has apostrophes before such a
/// character gets one more, so the escape can be undone: remove one apostrophe where apostrophes precede one of these characters.
/// All other text is unchanged.
/// </summary>
internal static class CsvText
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    /// <summary>The field for a text of a recording or a symbol map, quoted where RFC 4180 requires it.</summary>
    public static string Field(string text)
    {
        if (StartsFormula(text)) text = "'" + text;
        return text.AsSpan().ContainsAny(NeedsQuotes) || text is [' ' or '\t', ..] or [.., ' ' or '\t']
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    /// <summary>Returns the text of a field that <see cref="Field"/> wrote, without its quotes.</summary>
    public static string TextOf(string field) => field.StartsWith('\'') && StartsFormula(field) ? field[1..] : field;

    private static bool StartsFormula(string text)
        => text.AsSpan().TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..];
}
