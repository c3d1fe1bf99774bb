namespace KernelMagnifier.Text;

/// <summary>The names nearest to one that does not exist.</summary>
internal static class Nearest
{
    /// <summary>Up to three names a person may have meant: those that are as near as the nearest one, the shortest first.</summary>
    public static IReadOnlyList<string> To(string wanted, IEnumerable<string> names)
    {
        var bare = wanted.Trim('*', '?');
        var near = names.Distinct().Select(name => (Name: name, Distance: Score(bare, name))).Where(n => n.Distance <= Math.Max(2, bare.Length / 3)).ToList();
        if (near.Count == 0) return [];
        var least = near.Min(n => n.Distance);
        return [.. near.Where(n => n.Distance == least).Select(n => n.Name).OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).Take(3)];
    }

    /// <summary>A sentence that suggests them; empty when nothing is near.</summary>
    public static string Suggest(string wanted, IEnumerable<string> names)
        => To(wanted, names) is { Count: > 0 } near ? $" Did you mean {string.Join(" or ", near)}?" : "";

    private static int Score(string wanted, string name)
        => wanted.Length >= 3 && name.Contains(wanted, StringComparison.OrdinalIgnoreCase) ? 1 : Math.Abs(wanted.Length - name.Length) > 6 ? int.MaxValue : Distance(wanted, name);

    /// <summary>How many letters must be put in, left out, changed or swapped with their neighbour.</summary>
    internal static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
