using System.Text.RegularExpressions;
using KernelMagnifier.Text;

namespace KernelMagnifier.Excel;

/// <summary>Formats untrusted text for a cell. It is written as an inline string, which is never a formula.</summary>
internal static partial class CellText
{
    // Excel's limit is 32,767 characters per cell, and the escapes below can lengthen the text.
    private const int Longest = 16_000;

    /// <summary>
    /// Escapes characters without a glyph or that change the reading direction, and shortens the text to the limit of a cell. The
    /// underscore of text that looks like an escaped character (ST_Xstring: <c>_x0041_</c>) is escaped, so the text is shown
    /// unchanged.
    /// </summary>
    public static string Of(string text)
        => Escape().Replace(DisplayText.Fit(text, Longest), "_x005F_");

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)")]
    private static partial Regex Escape();
}
