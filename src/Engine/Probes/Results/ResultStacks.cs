using KernelMagnifier.Model;

namespace KernelMagnifier.Probes.Results;

/// <summary>Makes call edges and profiles of results that count by stack.</summary>
internal static class ResultStacks
{
    /// <summary>How often the stack of a result was counted, and its time in nanoseconds; null if the result has no
    /// stack.</summary>
    /// <returns>The time is -1 if there is none.</returns>
    public static (long Count, long Nanoseconds)? Weight(ProbeResult result)
    {
        if (result.Stack is not { Count: > 0 }) return null;
        var factor = TimeUnits.Nanoseconds(result.Unit);
        var value = result.Value switch { long number => number, ulong number => long.CreateSaturating(number),
            int number => number, _ => (long?)null };
        var (count, time) = result.Kind switch
        {
            ResultKind.Stats => (result.Count ?? 1, factor is null ? null : result.Total ?? Scaled(result.Mean)),
            ResultKind.Histogram => (result.Count, null),
            ResultKind.Map when value is not null => factor is null ? (value, null) : (1, value),
            ResultKind.Line => (1, null),
            _ => ((long?)null, (long?)null),
        };
        if (count is not >= 1) return null;
        return (Math.Min(count.Value, CallLimits.MostCalls), time is >= 0 and var known
            ? TimeUnits.Multiply(known, factor ?? 1) : -1);
    }

    /// <summary>The edges of the stack of a result. An edge that a stack has several times counts once.</summary>
    public static IEnumerable<CallEdge> Edges(ProbeResult result)
    {
        if (Weight(result) is not var (count, time)) yield break;
        var stack = result.Stack!;
        var seen = new HashSet<(string?, string)>();
        for (var i = stack.Count - 1; i >= 0; i--)
        {
            if (string.IsNullOrEmpty(stack[i])) continue;
            var caller = i + 1 < stack.Count ? stack[i + 1] : null;
            if (!seen.Add((caller, stack[i]))) continue;
            yield return new CallEdge(Symbol(caller), Symbol(stack[i]), count, time, time < 0 ? CallRecord.NoDuration : i == 0
                ? time : 0, null);
        }
    }

    /// <summary>The name of what is outermost in a profile: the rest of the key, or the map.</summary>
    public static string Task(ProbeResult result)
        => string.IsNullOrEmpty(result.Key) ? result.Name ?? result.Probe ?? result.Kind : result.Key;

    private static long? Scaled(double? mean) => mean is { } known ? long.CreateSaturating(known) : null;

    private static FunctionSymbol Symbol(string? name)
        => string.IsNullOrEmpty(name) ? FunctionSymbol.Unknown : new FunctionSymbol(0, name, null, null, []);
}
