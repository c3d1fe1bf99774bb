using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>The causes of many intervals together.</summary>
internal static class CauseTotal
{
    /// <summary>
    /// Adds causes up. Shares with the same words are one: tasks are told apart by their names, because the same program has another
    /// pid each time, and sleeps by what the task slept on, not by what woke it.
    /// </summary>
    /// <param name="causes">The causes of single intervals, all of one unit; not empty.</param>
    /// <param name="above">What all of them are longer than, for the sentence; null if there is no such limit.</param>
    public static LatencyCause Of(IReadOnlyCollection<LatencyCause> causes, long? above = null)
    {
        var total = causes.Sum(cause => (decimal)cause.DurationNanoseconds);
        var sums = new Dictionary<(string, string?, string?), ShareTotal>();
        foreach (var share in causes.SelectMany(cause => cause.Shares))
        {
            var key = (share.Category, share.Category == nameof(CauseCategory.Running) ? null : share.Name, share.ThreadComm);
            if (sums.TryGetValue(key, out var group)) group.Add(share);
            else sums.Add(key, new ShareTotal(share));
        }
        List<CauseShare> shares = [.. sums.Values.Select(group => group.Of(total)).OrderByDescending(share => share.Nanoseconds)
            .ThenBy(share => share.Category, StringComparer.Ordinal).ThenBy(share => share.Name, StringComparer.Ordinal)];
        var unit = Enum.Parse<ClockUnit>(causes.First().Unit);
        var sum = new LatencyCause
        {
            Kind = Only(causes, cause => cause.Kind), Key = Only(causes, cause => cause.Key),
            Name = Only(causes, cause => cause.Name), Comm = Only(causes, cause => cause.Comm),
            ProcessId = Only(causes, cause => cause.ProcessId), Cpu = Only(causes, cause => cause.Cpu),
            Recording = Only(causes, cause => cause.Recording), Unit = unit.ToString(), Count = causes.Sum(cause => cause.Count),
            DurationNanoseconds = (long)Math.Min(total, long.MaxValue), MakeShares = () => shares,
            TopCause = shares.Count == 0 ? null : CauseText.Of(shares[0]), TopPercent = shares.Count == 0 ? null : shares[0].Percent,
        };
        sum.Sentence = CauseText.Sum(sum, above, unit);
        return sum;
    }

    private static TValue? Only<TItem, TValue>(IEnumerable<TItem> items, Func<TItem, TValue?> of)
    {
        var values = items.Select(of).Distinct().Take(2).ToList();
        return values.Count == 1 ? values[0] : default;
    }
}
