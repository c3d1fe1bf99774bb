using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Names in the lists of filters that match nothing in any recording, beside others that do: calls pass, and a mistyped name
/// among several would not be noticed. Untrusted text: escape it for a terminal.
/// </summary>
internal sealed class UnmatchedEntries
{
    private static readonly (string Property, Func<CallFilter, IReadOnlyList<string>> Of, Func<string, CallFilter> Only)[] Lists =
    [
        (nameof(CallFilter.Function), f => f.Function, name => new CallFilter { Function = [name] }),
        (nameof(CallFilter.Caller), f => f.Caller, name => new CallFilter { Caller = [name] }),
        (nameof(CallFilter.Root), f => f.Root, name => new CallFilter { Root = [name] }),
        (nameof(CallFilter.Module), f => f.Module, name => new CallFilter { Module = [name] }),
        (nameof(CallFilter.Comm), f => f.Comm, name => new CallFilter { Comm = [name] }),
    ];

    // The reason for each entry without a match so far, which begins with the entry; null after a match.
    private readonly Dictionary<(CallFilter Filter, string Property), Dictionary<string, string?>> _reasons = [];

    /// <summary>Adds a recording that was read to its end.</summary>
    public void Add(IEnumerable<CallFilter?> filters, CallNames names, TraceInfo info)
    {
        foreach (var filter in filters.OfType<CallFilter>())
            foreach (var (property, of, only) in Lists)
            {
                if (of(filter).Count < 2) continue;
                if (!_reasons.TryGetValue((filter, property), out var reasons)) _reasons.Add((filter, property), reasons = []);
                foreach (var entry in of(filter).Distinct())
                {
                    if (reasons.TryGetValue(entry, out var known) && known is null) continue;
                    var one = only(entry) with { Cpu = filter.Cpu, ExcludeCpu = filter.ExcludeCpu };
                    reasons[entry] = new FilterReasons(one, [(names, info)], _ => "").OfNames().FirstOrDefault();
                }
            }
    }

    /// <summary>A sentence for each entry.</summary>
    /// <param name="nameOf">The name of a parameter or option for a property of <see cref="CallFilter"/>.</param>
    public IEnumerable<string> Sentences(Func<string, string> nameOf)
        => from list in _reasons
           where list.Value.ContainsValue(null)
           from reason in list.Value.Values
           where reason is not null
           select nameOf(list.Key.Property) + reason;
}
