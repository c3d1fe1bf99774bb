using System.Text.RegularExpressions;
using KernelMagnifier.Text;

namespace KernelMagnifier.Excel;

/// <summary>Text for a cell: never a formula, whatever it begins with, since it is written as an inline string.</summary>
internal static partial class CellText
{
    // Excel holds 32,767 characters in a cell; the escapes below may make the text longer.
    private const int Longest = 16_000;

    /// <summary>
    /// The text with characters written out that have no glyph or turn the reading direction, and cut to what a cell holds. What looks like
    /// the escape of a character (ST_Xstring: <c>_x0041_</c>) has its underscore escaped, so that it is shown as it stands.
    /// </summary>
    public static string Of(string text)
        => Escape().Replace(DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(text, Longest)), Longest), "_x005F_");

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)")]
    private static partial Regex Escape();
}
