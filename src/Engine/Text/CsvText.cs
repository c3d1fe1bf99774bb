using System.Buffers;

namespace KernelMagnifier.Text;

/// <summary>
/// A field of a CSV file (RFC 4180), inert in a spreadsheet. A spreadsheet takes a field that begins with <c>=</c>, <c>+</c>,
/// <c>-</c>, <c>@</c>, a tab or a line break for a formula, and a task can call itself <c>=cmd|…</c>: such a name gets an apostrophe
/// in front, which spreadsheets read as "this is text". So that the name can be had back, a name that already has apostrophes before such a
/// character gets one more; no other name changes. Who wants the exact name takes away one apostrophe where apostrophes
/// are followed by one of these characters.
/// </summary>
public static class CsvText
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    /// <summary>The field for a text that comes from a recording or a map.</summary>
    public static string Field(string text)
    {
        if (StartsFormula(text)) text = "'" + text;
        return text.AsSpan().ContainsAny(NeedsQuotes) || text is [' ' or '\t', ..] or [.., ' ' or '\t']
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    private static bool StartsFormula(string text)
        => text.AsSpan().TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..];
}
