using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Makes links to the source of functions from a template such as <see cref="GraphOptions.DefaultSourceUrl"/>.</summary>
internal sealed partial class SourceLinks(string? template, string? release)
{
    // Paths in the kernel's source are far shorter. A longer one is untrusted input that would only make the picture large.
    private const int LongestPath = 512;

    private readonly string _version = Version(release);

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
        return Placeholder().Replace(url, hit => hit.Value switch
        {
            "{release}" => Uri.EscapeDataString(release is { Length: <= LongestPath } ? release : "latest"),
            "{version}" => _version,
            "{file}" => string.Join('/', place.File.Split('/').Select(Uri.EscapeDataString)),
            _ => Math.Max(place.Line, 1).ToString(CultureInfo.InvariantCulture),
        });
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
