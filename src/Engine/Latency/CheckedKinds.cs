using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Finds the kinds of intervals that a recording can tell.</summary>
internal static class CheckedKinds
{
    /// <summary>The kinds, and the events that are missing for those that cannot be measured.</summary>
    public static IEnumerable<CheckedKind> Of(
        TraceInfo info, IReadOnlyCollection<string> seen, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts)
    {
        foreach (var kind in IntervalNeeds.Kinds)
        {
            string[] missing = [.. IntervalNeeds.Missing(kind, seen).Select(group => string.Join(" or ", group))];
            yield return Of(kind, missing, accounts);
        }
        var hasReturns = info is { Calls: > 0, NestedBy: CallNesting.Stack };
        yield return Of(IntervalKind.Call, hasReturns ? [] : ["ftrace:funcgraph_entry", "ftrace:funcgraph_exit"], accounts);
    }

    private static CheckedKind Of(
        IntervalKind kind, string[] missing, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts)
    {
        var account = accounts.GetValueOrDefault(kind);
        return missing.Length > 0 ? new CheckedKind(kind.ToString(), false, null, null, missing)
            : new CheckedKind(kind.ToString(), true, account?.Count ?? 0, account?.Uncertain ?? 0, []);
    }
}
