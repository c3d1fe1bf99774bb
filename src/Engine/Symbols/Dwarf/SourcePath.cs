namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Paths of source files.</summary>
internal static class SourcePath
{
    /// <summary>
    /// Removes <c>.</c>, <c>..</c> and doubled slashes from a path. A relative path keeps the <c>..</c> at its start.
    /// </summary>
    public static string Normalize(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal)
            && !path.StartsWith('.') && !path.EndsWith('/')) return path;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part.Length == 0 || part == ".") continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".." || !path.StartsWith('/')) parts.Add(part);
        }
        return (path.StartsWith('/') ? "/" : "") + string.Join('/', parts);
    }

    /// <summary>
    /// The path relative to the root of the kernel source, as in a symbol map: without <c>.</c>, <c>..</c>, doubled slashes and a
    /// leading slash.
    /// </summary>
    public static string NormalizeRelative(string path)
    {
        var isNormal = path.Length > 0 && path[0] != '/' && path[0] != '.'
            && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);
        if (isNormal) return path;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    /// <summary>Whether a path is in a directory or below it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="directory">The directory, without a slash at the end.</param>
    public static bool IsBelow(string path, string directory)
        => path.Length > directory.Length + 1 && path[directory.Length] == '/'
            && path.StartsWith(directory, StringComparison.Ordinal);

    /// <summary>The deepest directory that is above all paths; empty when there is none.</summary>
    public static string CommonDirectory(IEnumerable<string> paths)
    {
        string? common = null;
        foreach (var path in paths)
        {
            var directory = path[..Math.Max(0, path.LastIndexOf('/'))];
            common ??= directory;
            while (common.Length > 0 && directory != common && !directory.StartsWith(common + "/", StringComparison.Ordinal))
                common = common[..Math.Max(0, common.LastIndexOf('/'))];
        }
        return common ?? "";
    }
}
