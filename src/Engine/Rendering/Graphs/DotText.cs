using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Escapes untrusted text for Graphviz's DOT language (graphviz.org/doc/info/lang.html). DOT's own escape sequences (<c>\N</c>,
/// <c>\l</c>) lose their meaning.
/// </summary>
internal static class DotText
{
    /// <summary>The most characters of an id or a tooltip line.</summary>
    public const int LongestId = 400;

    /// <summary>A quoted string.</summary>
    public static string Quote(string text) => $"\"{Quoted(text)}\"";

    /// <summary>The content of a quoted string. The text must be visible already.</summary>
    public static string EscapeQuoted(string text)
        => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>Text inside an HTML-like label.</summary>
    public static string Html(string text)
        => DisplayText.Visible(text).Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);

    /// <summary>A quoted string of several lines, for a tooltip.</summary>
    public static string Tooltip(IEnumerable<string> lines)
        // dot expands character references in a tooltip, so an ampersand is escaped.
        => $"\"{string.Join("\\n", lines.Select(l => Quoted(l).Replace("&", "&amp;", StringComparison.Ordinal)))}\"";

    private static string Quoted(string text) => EscapeQuoted(DisplayText.Visible(text));
}
