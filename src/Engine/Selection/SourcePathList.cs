using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>A list of parts of source paths and of patterns of whole source paths.</summary>
internal sealed class SourcePathList(IReadOnlyList<string> paths)
{
    private readonly string[] _parts = [.. paths.Where(p => !Glob.IsPattern(p))];
    private readonly Glob[] _patterns = [.. paths.Where(Glob.IsPattern).Select(p => new Glob(p))];

    /// <summary>Whether the list has no entry.</summary>
    public bool IsEmpty => paths.Count == 0;

    /// <summary>Whether an entry matches any source file of a function.</summary>
    public bool Contains(FunctionSymbol symbol)
    {
        if (IsEmpty || symbol.Sources.IsDefaultOrEmpty) return false;
        foreach (var source in symbol.Sources)
        {
            if (Array.Exists(_parts, part => ContainsPart(source.File, part))) return true;
            if (Array.Exists(_patterns, p => p.IsMatch(source.File))) return true;
        }
        return false;
    }

    /// <summary>A part can start with a slash for the root of the kernel source, which the paths themselves omit.</summary>
    private static bool ContainsPart(string file, string part)
        => file.Contains(part, StringComparison.Ordinal)
        || (part.StartsWith('/') && file.AsSpan().StartsWith(part.AsSpan(1), StringComparison.Ordinal));
}
