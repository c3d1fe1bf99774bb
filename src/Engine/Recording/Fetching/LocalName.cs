using System.Globalization;
using System.Text;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>
/// The names of copies. Names of hosts and remote files are untrusted: what could leave the folder, hide the file, or act on a terminal
/// is written as <c>%XX</c>, so that different names stay different.
/// </summary>
internal static class LocalName
{
    /// <summary>The folder of the copies of a host.</summary>
    public static string OfHost(string host) => Escape(host, static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@');

    /// <summary>The name of the copy of a remote file: the last component of its path.</summary>
    /// <returns>The name; null if the path has none.</returns>
    public static string? OfFile(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length == 0 ? null : Escape(name, static c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('%' or '\\' or '/')
            && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
    }

    private static string Escape(string name, Func<char, bool> isPlain)
    {
        var text = new StringBuilder(name.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            // A file that begins with a dot is hidden, and one that begins with a hyphen looks like an option.
            var isPlainRune = rune.IsBmp ? isPlain((char)rune.Value) && (text.Length > 0 || rune.Value is not ('.' or '-'))
                : Rune.IsLetterOrDigit(rune);
            if (isPlainRune) text.Append(rune.ToString());
            else foreach (var one in bytes[..rune.EncodeToUtf8(bytes)]) text.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
        }
        return text.ToString();
    }
}
