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
        var shares = causes.SelectMany(cause => cause.Shares).GroupBy(share => (share.Category,
                share.Category == nameof(CauseCategory.Running) ? null : share.Name, share.ThreadComm))
            .Select(group => Sum([.. group], total)).OrderByDescending(share => share.Nanoseconds)
            .ThenBy(share => share.Category, StringComparer.Ordinal).ThenBy(share => share.Name, StringComparer.Ordinal).ToList();
        var unit = Enum.Parse<ClockUnit>(causes.First().Unit);
        var sum = new LatencyCause
        {
            Kind = Only(causes, cause => cause.Kind), Key = Only(causes, cause => cause.Key),
            Name = Only(causes, cause => cause.Name), Comm = Only(causes, cause => cause.Comm),
            ProcessId = Only(causes, cause => cause.ProcessId), Cpu = Only(causes, cause => cause.Cpu),
            Recording = Only(causes, cause => cause.Recording), Unit = unit.ToString(), Count = causes.Sum(cause => cause.Count),
            DurationNanoseconds = (long)Math.Min(total, long.MaxValue), Shares = shares,
            TopCause = shares.Count == 0 ? null : CauseText.Of(shares[0]), TopPercent = shares.Count == 0 ? null : shares[0].Percent,
        };
        sum.Sentence = CauseText.Sum(sum, above, unit);
        return sum;
    }

    private static CauseShare Sum(IReadOnlyList<CauseShare> shares, decimal total)
    {
        var time = shares.Sum(share => (decimal)share.Nanoseconds);
        var first = shares[0];
        return new CauseShare
        {
            Category = first.Category, Name = first.Category == nameof(CauseCategory.Running) ? null : first.Name,
            ThreadComm = first.ThreadComm, ProcessId = Only(shares, share => share.ProcessId),
            Priority = Only(shares, share => share.Priority), Waker = Only(shares, share => share.Waker),
            WakerComm = Only(shares, share => share.WakerComm), WakerContext = Only(shares, share => share.WakerContext), Unit = first.Unit, Nanoseconds = (long)Math.Min(time, long.MaxValue),
            Percent = total == 0 ? 0 : (double)(100 * time / total), Count = shares.Sum(share => share.Count), Functions = Functions(shares),
        };
    }

    private static List<CauseFunction> Functions(IEnumerable<CauseShare> shares)
        => [.. shares.SelectMany(share => share.Functions).GroupBy(function => function.Function, StringComparer.Ordinal)
            .Select(group => new CauseFunction(group.Key, group.Sum(f => f.Calls),
                group.Any(f => f.SelfNanoseconds is not null) ? group.Sum(f => f.SelfNanoseconds ?? 0) : null))
            .OrderByDescending(f => f.SelfNanoseconds ?? 0).ThenByDescending(f => f.Calls).ThenBy(f => f.Function, StringComparer.Ordinal)
            .Take(5)];

    private static TValue? Only<TItem, TValue>(IEnumerable<TItem> items, Func<TItem, TValue?> of)
    {
        var values = items.Select(of).Distinct().Take(2).ToList();
        return values.Count == 1 ? values[0] : default;
    }
}
