using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// A list of parts of source paths and of patterns of whole source paths. With a slash in front, an entry begins at the top of
/// the source tree: <c>net/</c> is a part of <c>drivers/net/tun.c</c>, and <c>/net/</c> is not.
/// </summary>
/// <param name="paths">The entries.</param>
/// <param name="areSubstrings">Whether a slash in front is a character as any other, as for the Python tool.</param>
internal sealed class SourcePathList(IReadOnlyList<string> paths, bool areSubstrings = false)
{
    private readonly string[] _parts = [.. paths.Where(p => !Glob.IsPattern(p) && (areSubstrings || !p.StartsWith('/')))];
    private readonly string[] _starts = [.. paths.Where(p => !Glob.IsPattern(p) && !areSubstrings && p.StartsWith('/'))];
    private readonly Glob[] _patterns = [.. paths.Where(Glob.IsPattern)
        .SelectMany(p => p.StartsWith('/') ? [p, p[1..]] : (string[])[p]).Select(p => new Glob(p))];

    /// <summary>Whether the list has no entry.</summary>
    public bool IsEmpty => paths.Count == 0;

    /// <summary>Whether an entry matches any source file of a function.</summary>
    public bool Contains(FunctionSymbol symbol)
    {
        if (IsEmpty || symbol.Sources.IsDefaultOrEmpty) return false;
        foreach (var source in symbol.Sources)
            if (Contains(source.File))
                return true;
        return false;
    }

    /// <summary>
    /// Whether a function is matched only because one of several functions of its name is: any of them may have been called.
    /// </summary>
    public bool ContainsByName(FunctionSymbol symbol)
        => !IsEmpty && !symbol.Sources.IsDefault && symbol.Sources.Length > 1 && Contains(symbol)
            && symbol.Sources.Any(source => !Contains(source.File));

    private bool Contains(string file)
        => Array.Exists(_parts, part => file.Contains(part, StringComparison.Ordinal))
        || Array.Exists(_starts, start => IsBelow(file, start))
        || Array.Exists(_patterns, pattern => pattern.IsMatch(file));

    /// <summary>Whether a file is there from the top. Paths have no slash in front, unless their top is not known.</summary>
    private static bool IsBelow(string file, string start)
        => file.AsSpan().StartsWith(file is ['/', ..] ? start : start.AsSpan(1), StringComparison.Ordinal);
}
