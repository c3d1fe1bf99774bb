using System.Globalization;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Comparison.Assertions;

/// <summary>
/// Checks the calls of functions. Lost events can hold calls: what would need them to be known is undecided, which is a failure.
/// </summary>
/// <param name="bound">What must hold.</param>
/// <param name="next">The command that looks closer.</param>
internal sealed class CallAsserter(CallBound bound, string next)
{
    private const int MostShown = 3;

    /// <summary>Checks the calls.</summary>
    /// <param name="functions">The functions; can contain wildcards.</param>
    /// <param name="selected">
    /// The calls of all functions that pass the other conditions of the filter, by function, caller and context. That there are none
    /// of a function says nothing if there are none at all.
    /// </param>
    /// <param name="traces">The recordings.</param>
    public TraceAssertion Check(
        IReadOnlyList<string> functions, IReadOnlyList<FunctionCallCount> selected, IReadOnlyList<TraceInfo> traces)
    {
        Glob[] globs = [.. functions.Select(pattern => new Glob(pattern))];
        FunctionCallCount[] counts = [.. selected.Where(count => count.Function is { } name && globs.Any(glob => glob.IsMatch(name)))];
        var subject = string.Join(", ", functions);
        var calls = counts.Sum(count => count.Calls);
        var wrong = counts.Where(count => bound.NeverIn.Any(context => count.Context == context.KnownName())).ToList();
        var isBroken = calls > bound.Most || wrong.Count > 0;
        var doubt = isBroken ? null : Doubt(counts, traces, calls) ?? (selected.Count == 0 ? "No call passes the other filters." : null);
        return new TraceAssertion
        {
            Subject = subject, Recording = traces.Count == 1 ? traces[0].Path : null, Expected = bound.Expected,
            Found = Found(calls, wrong),
            Outcome = doubt is not null ? "Undecided" : isBroken || calls < bound.Least ? "Failed" : "Passed",
            Evidence = doubt ?? Evidence(wrong.Count > 0 ? wrong : counts, selected.Sum(count => count.Calls), traces), NextCommand = next,
        };
    }

    private string? Doubt(FunctionCallCount[] counts, IReadOnlyList<TraceInfo> traces, long calls)
    {
        if (traces.Count == 0) return "No recording was read.";
        if (traces.Sum(trace => trace.Calls) == 0 && counts.Length == 0)
            return "The recordings have no calls at all: no function tracer was on.";
        if (bound.NeverIn.Count > 0 && counts.Any(count => count.Context is null))
            return "The recordings do not tell the execution context of the calls.";
        if (traces.FirstOrDefault(trace => trace.IsDamaged) is { } damaged)
            return $"{damaged.Path} is damaged or cut, so calls may be missing.";
        var lost = traces.Sum(trace => trace.LostEvents + trace.NotParsed);
        // Enough calls are enough, whatever was lost.
        if (lost == 0 || (calls >= bound.Least && bound.Most is null && bound.NeverIn.Count == 0)) return null;
        return string.Create(CultureInfo.InvariantCulture, $"{lost:N0} events were lost or not parsed, and calls may be among them.");
    }

    private static string Found(long calls, List<FunctionCallCount> wrong)
    {
        var all = string.Create(CultureInfo.InvariantCulture, $"{calls:N0} {(calls == 1 ? "call" : "calls")}");
        if (wrong.Count == 0) return all;
        var contexts = wrong.GroupBy(count => count.Context).Select(group =>
            string.Create(CultureInfo.InvariantCulture, $"{group.Sum(count => count.Calls):N0} in {group.Key} context"));
        return $"{all}, {string.Join(", ", contexts)}";
    }

    private static string Evidence(IReadOnlyList<FunctionCallCount> counts, long selected, IReadOnlyList<TraceInfo> traces)
    {
        var of = string.Create(CultureInfo.InvariantCulture,
            $"{selected:N0} calls in {traces.Count} {(traces.Count == 1 ? "recording" : "recordings")}");
        if (counts.Count == 0) return $"{of}, none of them of this function.";
        var most = counts.OrderByDescending(count => count.Calls).Take(MostShown)
            .Select(count => string.Create(CultureInfo.InvariantCulture,
                $"{count.Function} by {count.Caller ?? "?"}{Parenthesis(count.Context)} {count.Calls:N0}"));
        return $"{of}; {string.Join(", ", most)}.";
    }

    private static string Parenthesis(string? context) => context is null ? "" : $" ({context})";
}
