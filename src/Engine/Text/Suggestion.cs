namespace KernelMagnifier.Text;

/// <summary>Suggests existing names for a mistyped one.</summary>
internal static class Suggestion
{
    private const int Most = 3, LongestName = 256;

    /// <summary>
    /// Returns up to three of the names that are closest to a mistyped one, the shortest first. Empty when no name is close.
    /// </summary>
    /// <param name="mistyped">The mistyped name; wildcards at its ends are ignored.</param>
    /// <param name="names">The names that exist.</param>
    public static IReadOnlyList<string> For(string mistyped, IEnumerable<string> names)
    {
        var bare = mistyped.Trim('*', '?');
        if (bare.Length > LongestName) return [];
        var limit = bare.Length < 4 ? 1 : Math.Max(2, bare.Length / 3);
        var close = names.Distinct().Select(name => (Name: name, Distance: Score(bare, name)))
            .Where(n => n.Distance <= limit).ToList();
        if (close.Count == 0) return [];
        var least = close.Min(n => n.Distance);
        return [.. close.Where(n => n.Distance == least).Select(n => n.Name).OrderBy(n => n.Length)
            .ThenBy(n => n, StringComparer.Ordinal).Take(Most)];
    }

    /// <summary>A recommended action, preceded by the question "Did you mean …?" when a name is close.</summary>
    /// <param name="mistyped">The mistyped name.</param>
    /// <param name="names">The names that exist.</param>
    /// <param name="action">The recommended action, as a sentence.</param>
    public static string Before(string mistyped, IEnumerable<string> names, string action)
        => For(mistyped, names) is { Count: > 0 } close ? $"Did you mean {string.Join(" or ", close)}? {action}" : action;

    /// <summary>
    /// The edit distance, 0 if only case differs; a name that begins with or contains the mistyped one counts as close.
    /// </summary>
    private static int Score(string mistyped, string name)
    {
        if (name != mistyped && string.Equals(mistyped, name, StringComparison.OrdinalIgnoreCase)) return 0;
        if (mistyped.Length >= 2 && name.StartsWith(mistyped, StringComparison.Ordinal)) return 1;
        if (mistyped.Length >= 3 && name.Contains(mistyped, StringComparison.OrdinalIgnoreCase)) return 1;
        return Math.Abs(mistyped.Length - name.Length) > 6 ? int.MaxValue : EditDistance(mistyped, name);
    }

    /// <summary>
    /// The number of insertions, deletions, replacements and swaps of adjacent letters between two names (optimal string
    /// alignment).
    /// </summary>
    internal static int EditDistance(string a, string b)
    {
        var (beforeLast, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, row) = (last, row, beforeLast);
        }
        return last[b.Length];
    }
}
