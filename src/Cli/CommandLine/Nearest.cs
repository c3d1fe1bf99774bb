namespace KernelMagnifier.Cli.CommandLine;

/// <summary>Finds what somebody meant who mistyped a word.</summary>
internal static class Nearest
{
    /// <summary>The known word that is close enough to a mistyped one, or null.</summary>
    public static string? To(string word, IEnumerable<string> known)
        => known.Select(k => (Word: k, Distance: k.StartsWith(word, StringComparison.Ordinal) && word.Length > 1 ? 0 : Distance(word, k)))
            .Where(c => c.Distance <= Math.Max(1, c.Word.Length / 3))
            .OrderBy(c => c.Distance).ThenBy(c => c.Word, StringComparer.Ordinal)
            .Select(c => c.Word).FirstOrDefault();

    /// <summary>Insertions, deletions and replacements from one word to the other (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 64) return int.MaxValue;
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
