namespace KernelMagnifier.Comparison;

/// <summary>Finds the parts that have changed most.</summary>
internal static class ShareChanges
{
    private const int Most = 5;

    // A smaller part of the change explains nothing.
    private const double LeastPercent = 5;

    /// <summary>
    /// The parts that have changed most in a direction, the largest first, in per cent of the change of all parts in that direction.
    /// </summary>
    /// <param name="before">The parts before.</param>
    /// <param name="after">The parts after.</param>
    /// <param name="isUp">Whether the parts that have grown are wanted; else those that have shrunk.</param>
    /// <param name="isWhole">Whether all parts together are a whole; else the parts of one <see cref="DifferenceShare.What"/> are.</param>
    public static IReadOnlyList<DifferenceShare> Largest(IReadOnlyDictionary<(string What, string? Name), double> before,
        IReadOnlyDictionary<(string What, string? Name), double> after, bool isUp, bool isWhole)
    {
        var changes = before.Keys.Union(after.Keys).Select(key => (Key: key, Before: Find(before, key), After: Find(after, key)))
            .Select(part => (part.Key, part.Before, part.After, Change: (part.After ?? 0) - (part.Before ?? 0)))
            .Where(part => part.Change != 0 && part.Change > 0 == isUp).ToList();
        string WholeOf(string what) => isWhole ? "" : what;
        var sums = changes.GroupBy(part => WholeOf(part.Key.What)).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Change));
        return [.. changes.Select(part => new DifferenceShare(part.Key.What, part.Key.Name, part.Before, part.After,
                100 * part.Change / sums[WholeOf(part.Key.What)]))
            .Where(part => part.Percent >= LeastPercent)
            .OrderByDescending(part => part.Percent).ThenBy(part => part.What, StringComparer.Ordinal)
            .ThenBy(part => part.Name, StringComparer.Ordinal).Take(Most)];
    }

    private static double? Find(IReadOnlyDictionary<(string What, string? Name), double> sizes, (string What, string? Name) key)
        => sizes.TryGetValue(key, out var size) ? size : null;
}
