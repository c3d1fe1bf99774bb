using KernelMagnifier.Tables;

namespace KernelMagnifier.DuckDb;

/// <summary>A file of a dataset that a query can read.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Table">The table.</param>
/// <param name="Rows">The number of rows that the file states.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Facts">The facts of the recording as JSON; null if not stated. Untrusted.</param>
internal sealed record QueryFile(string Path, TableKind Table, long Rows, long Bytes, string? Facts)
{
    /// <summary>The columns that the folders of the path name, as DuckDB finds them: the parts with
    /// exactly one <c>=</c>.</summary>
    public IReadOnlyList<string> Keys { get; } =
        [.. Parts(Path).Select(part => part[..part.IndexOf('=', StringComparison.Ordinal)].ToLowerInvariant()).Distinct()];

    /// <summary>The value that the path states for a column; null for none, and for one that is not known.</summary>
    public string? Value(string key)
    {
        var part = Parts(Path).LastOrDefault(part => part.StartsWith(key + "=", StringComparison.OrdinalIgnoreCase));
        return part?[(key.Length + 1)..] is { } value and not "__HIVE_DEFAULT_PARTITION__" ? Uri.UnescapeDataString(value) : null;
    }

    private static IEnumerable<string> Parts(string path)
        => path.Split('/').SkipLast(1).Where(part => part.IndexOf('=', StringComparison.Ordinal) is var at and > 0
            && part.LastIndexOf('=') == at);
}
