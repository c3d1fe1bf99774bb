using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Explains why no call of any recording passed the filters: which condition matches nothing, and what the recordings contain
/// instead. Untrusted text: escape it for a terminal.
/// </summary>
internal sealed class NothingFound
{
    private const int MostExamples = 5;

    private readonly List<(CallNames Names, TraceInfo Info)> _recordings = [];
    private readonly UnmatchedEntries _entries = new();
    private readonly ForeignCandidates _candidates = new();
    private bool _hasFound;

    /// <summary>Whether recordings were read and no call of them passed.</summary>
    public bool IsNothing => !_hasFound && _recordings.Count > 0;

    /// <summary>Adds a recording that was read to its end.</summary>
    /// <param name="names">Its names.</param>
    /// <param name="info">Its description.</param>
    /// <param name="passed">The number of its calls that passed.</param>
    /// <param name="filters">The filters that were applied, to report their names that match nothing; null not to.</param>
    public void Add(CallNames names, TraceInfo info, long passed, IEnumerable<CallFilter?>? filters = null)
    {
        if (filters is not null)
        {
            _entries.Add(filters, names, info);
            _candidates.Add(filters, names.Functions);
        }
        _hasFound |= passed > 0;
        // The names are only needed for an explanation.
        if (_hasFound) _recordings.Clear();
        else _recordings.Add((names, info));
    }

    /// <summary>Adds functions that a filter was applied to without the names of their recording.</summary>
    public void Add(CallFilter? filter, IEnumerable<FunctionSymbol> functions) => _candidates.Add([filter], functions);

    /// <summary>
    /// A sentence for each name in a list of a filter that matches nothing, beside others that do, and for each list that matches
    /// functions of other files by their names.
    /// </summary>
    /// <param name="nameOf">The name of a parameter or option for a property of <see cref="CallFilter"/>.</param>
    public IEnumerable<string> Unmatched(Func<string, string> nameOf)
        => [.. _entries.Sentences(nameOf), .. _candidates.Sentences(nameOf)];

    /// <summary>Explains why there is nothing, in one or more sentences.</summary>
    /// <param name="filters">The filters that were applied.</param>
    /// <param name="nameOf">The name of a parameter or option for a property of <see cref="CallFilter"/>.</param>
    /// <param name="describe">What to do to see the events of a recording without calls, as a sentence.</param>
    public string Explain(IEnumerable<CallFilter?> filters, Func<string, string> nameOf, string describe)
    {
        if (_recordings.Count > 0 && _recordings.TrueForAll(r => r.Info.Calls == 0)) return WithoutCalls(describe);
        var given = filters.OfType<CallFilter>().ToList();
        var reasons = given.SelectMany(filter => new FilterReasons(filter, _recordings, nameOf).All()).ToList();
        if (reasons.Count == 0)
            reasons.Add("no call matches all of its conditions. Omit one at a time to see which of them exclude each other.");
        return $"No call passes the filter: {string.Join(" ", reasons)}";
    }

    private string WithoutCalls(string describe)
    {
        var events = _recordings.Sum(r => r.Info.Events);
        var name = _recordings.Count > 1 ? "The recordings contain"
            : $"{(_recordings[0].Info.Path == "-" ? "standard input" : _recordings[0].Info.Path)}: the recording contains";
        if (events == 0) return $"{name} no function calls and no other events.";
        var kinds = _recordings.SelectMany(r => r.Info.EventKinds).GroupBy(k => k.Key, k => k.Value)
            .OrderByDescending(g => g.Sum()).ToDictionary(g => g.Key, g => g.Sum());
        return $"{name} no function calls, but {DisplayText.Count(events, "kernel event")} ({TraceInfoFields.Kinds(kinds)}). "
            + describe;
    }

    /// <summary>Some names as a list that may be incomplete: "a, b, c and 12 more".</summary>
    internal static string Examples(IReadOnlyList<string> names)
    {
        var shown = names.Take(MostExamples).Select(name => DisplayText.Fit(name, 60));
        var more = names.Count - MostExamples;
        return string.Join(", ", shown) + (more > 0 ? $" and {more.ToString(CultureInfo.InvariantCulture)} more" : "");
    }
}
