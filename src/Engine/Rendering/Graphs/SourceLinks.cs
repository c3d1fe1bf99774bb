using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Makes links to the source of functions from a template such as <see cref="GraphOptions.DefaultSourceUrl"/>. A link has only
/// characters that an address can have, so it cannot end an attribute or an element.
/// </summary>
/// <param name="template">The template; null for no links.</param>
/// <param name="release">The kernel release; null if it is not known.</param>
/// <param name="forXml">Whether the program that gets the links writes them into XML as they are, as dot does.</param>
internal sealed partial class SourceLinks(string? template, string? release, bool forXml = false)
{
    // Paths in the kernel's source are far shorter. A longer one is untrusted input that would only make the picture large.
    private const int LongestPath = 512;

    // RFC 3986, and % of what is encoded already. The apostrophe is left out: it can end an attribute.
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "%-._~:/?#[]@!$&()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] ScriptSchemes = ["javascript", "vbscript", "livescript", "data", "blob", "filesystem"];

    private readonly string _version = Version(release);

    /// <summary>
    /// Throws if the links of a template could run a script. A template starts with a scheme and a slash (<c>https://</c>,
    /// <c>file:/</c>, <c>vscode://</c>), or it is a path.
    /// </summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ValueOutOfRange"/>.</exception>
    public static void Check(string? template)
    {
        if (template is null || IsSafe(template)) return;
        throw new KernelMagnifierException(ErrorCode.ValueOutOfRange, template, "links from this template could run a script.",
            "Begin the template with https://, file:/// or the scheme of an editor, such as vscode://file/.");
    }

    private static bool IsSafe(string template)
    {
        // A browser ignores these characters in a scheme.
        var bare = string.Concat(template.Where(c => !char.IsControl(c) && !char.IsWhiteSpace(c)
            && char.GetUnicodeCategory(c) != UnicodeCategory.Format));
        // A character reference could be the colon.
        var end = bare.AsSpan().IndexOfAny(":/?#&");
        if (end < 0 || bare[end] is not (':' or '&')) return true;
        // A placeholder before the colon would let the recording choose the scheme.
        return bare[end] == ':' && bare[..end].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.')
            && !ScriptSchemes.Contains(bare[..end].ToLowerInvariant()) && bare.AsSpan(end + 1) is ['/', ..];
    }

    /// <summary>The link; null without a template, without a known source file, or with several candidates.</summary>
    public string? To(FunctionSymbol symbol)
    {
        if (template is null || symbol.Sources is not [{ File.Length: <= LongestPath } place]) return null;
        var url = template;
        // Without a line, the link has no fragment.
        if (place.Line == 0 && url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash
            && url.IndexOf("{line}", hash, StringComparison.Ordinal) >= 0)
            url = url[..hash];
        // One pass, so that a path that contains {line} is not replaced again.
        url = Placeholder().Replace(url, hit => hit.Value switch
        {
            "{release}" => Uri.EscapeDataString(release is { Length: <= LongestPath } ? release : "latest"),
            "{version}" => _version,
            "{file}" => string.Join('/', place.File.Split('/').Select(Uri.EscapeDataString)),
            _ => Math.Max(place.Line, 1).ToString(CultureInfo.InvariantCulture),
        });
        url = Encoded(url);
        return forXml ? url.Replace("&", "&amp;", StringComparison.Ordinal) : url;
    }

    private static string Encoded(string url)
    {
        if (!url.AsSpan().ContainsAnyExcept(Allowed)) return url;
        var text = new StringBuilder(url.Length + 32);
        foreach (var rune in url.EnumerateRunes())
        {
            var character = rune.ToString();
            text.Append(Allowed.Contains(character[0]) ? character : character == "'" ? "%27" : Uri.EscapeDataString(character));
        }
        return text.ToString();
    }

    /// <summary>
    /// The tag of a release in the mainline or stable tree, which is also bootlin's name of the version: <c>6.1.0-56-amd64</c> →
    /// <c>v6.1</c>, <c>6.8.12-arch1</c> → <c>v6.8.12</c>, <c>6.9.0-rc3+</c> → <c>v6.9-rc3</c>. Without a parsable release,
    /// "latest".
    /// </summary>
    internal static string Version(string? release)
    {
        if (release is null || Release().Match(release) is not { Success: true } parts) return "latest";
        var patch = parts.Groups["patch"].Value.TrimStart('0');
        return $"v{parts.Groups["main"].Value}{(patch.Length > 0 ? "." + patch : "")}{parts.Groups["rc"].Value}";
    }

    [GeneratedRegex(@"^(?<main>[0-9]{1,4}\.[0-9]{1,4})(\.(?<patch>[0-9]{1,6}))?(?<rc>-rc[0-9]{1,3})?")]
    private static partial Regex Release();

    [GeneratedRegex(@"\{(release|version|file|line)\}")]
    private static partial Regex Placeholder();
}
