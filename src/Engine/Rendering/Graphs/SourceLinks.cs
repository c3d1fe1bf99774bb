using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Where a function's source can be looked at, from a template such as <see cref="GraphOptions.DefaultSourceUrl"/>.</summary>
internal sealed partial class SourceLinks(string? template, string? release)
{
    // No path in the kernel's source comes near; one that long would only swell the picture.
    private const int LongestPath = 512;

    private readonly string _version = Version(release);

    /// <summary>The link, or null: no template, no source known, or several candidates of which none may be guessed.</summary>
    public string? To(FunctionSymbol symbol)
    {
        if (template is null || symbol.Sources is not [{ File.Length: <= LongestPath } place]) return null;
        var url = template;
        if (place.Line == 0 && url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash && url.IndexOf("{line}", hash, StringComparison.Ordinal) >= 0)
            url = url[..hash];
        // One pass, so that a path that holds {line} stays one.
        return Placeholder().Replace(url, hit => hit.Value switch
        {
            "{release}" => Uri.EscapeDataString(release is { Length: <= LongestPath } ? release : "latest"),
            "{version}" => _version,
            "{file}" => string.Join('/', place.File.Split('/').Select(Uri.EscapeDataString)),
            _ => Math.Max(place.Line, 1).ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>
    /// The tag of a release in Linus Torvalds' and the stable trees, as bootlin names versions: <c>6.1.0-56-amd64</c> → <c>v6.1</c>,
    /// <c>6.8.12-arch1</c> → <c>v6.8.12</c>, <c>6.9.0-rc3+</c> → <c>v6.9-rc3</c>.
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
