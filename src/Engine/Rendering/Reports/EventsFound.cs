using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// What recordings contain of the requested kernel events: the patterns that match nothing, and why no event passed. Untrusted
/// text: escape it for a terminal.
/// </summary>
internal sealed class EventsFound
{
    private static readonly string[] CallNames = ["function", "funcgraph_entry", "funcgraph_exit", "fgraph_retaddr_entry"];

    private readonly List<(CallNames Names, TraceInfo Info)> _recordings = [];
    private readonly HashSet<(string? System, string Name)> _kinds = [];
    private EventFilter? _filter;
    private bool _hasFound;

    /// <summary>Whether recordings were read and nothing of them passed.</summary>
    public bool IsNothing => !_hasFound && _recordings.Count > 0;

    /// <summary>Adds a recording that was read to its end.</summary>
    public void Add(CallNames names, TraceInfo info, FilteredEvents found, EventFilter filter)
    {
        _filter = filter;
        foreach (var kind in found.Seen) _kinds.Add(kind);
        _hasFound |= found.Passed + found.PassedCalls > 0;
        if (_hasFound && _recordings.Count > 0) return;
        _recordings.Add((names, info));
    }

    /// <summary>
    /// A sentence for each pattern that matches no event, and the reason if nothing passed; none if no recording was read to its
    /// end.
    /// </summary>
    /// <param name="nameOf">The name of a parameter or option for <c>Event</c> or a property of <see cref="CallFilter"/>.</param>
    /// <param name="describe">What to do to see the events of a recording, as a sentence.</param>
    public IEnumerable<string> Sentences(Func<string, string> nameOf, string describe)
    {
        if (_filter is not { } filter) yield break;
        if (_kinds.Count == 0)
        {
            if (IsNothing) yield return WithoutEvents(describe);
            yield break;
        }
        var unmatched = filter.Patterns.Where(pattern => !_kinds.Any(kind => pattern.IsMatch(kind.System, kind.Name))).ToList();
        foreach (var pattern in unmatched.DistinctBy(pattern => pattern.Text)) yield return Unmatched(pattern, nameOf);
        if (!IsNothing || unmatched.Count == filter.Patterns.Count) yield break;
        var reasons = filter.Filter is null ? []
            : new FilterReasons(filter.Filter, _recordings, nameOf) { Things = "events", Thing = "event" }.All().ToList();
        if (reasons.Count == 0)
            reasons.Add("no event matches all of its conditions. Omit one at a time to see which of them exclude each other.");
        yield return $"No event passes the filter: {string.Join(" ", reasons)}";
    }

    private string WithoutEvents(string describe)
    {
        var calls = _recordings.Sum(r => r.Info.Calls);
        var path = _recordings[0].Info.Path == "-" ? "standard input" : _recordings[0].Info.Path;
        var name = _recordings.Count > 1 ? "The recordings contain" : $"{path}: the recording contains";
        return calls == 0 ? $"{name} no kernel events and no function calls."
            : $"{name} no kernel events, but {DisplayText.Count(calls, "function call")}. {describe}";
    }

    private string Unmatched(EventPattern pattern, Func<string, string> nameOf)
    {
        var given = $"{nameOf("Event")} {DisplayText.Fit(pattern.Text, 200)}";
        var thing = _recordings.Count > 1 ? "the recordings" : "the recording";
        if (Array.Exists(CallNames, name => pattern.Text == name || pattern.Text == $"ftrace:{name}"))
            return $"{given}: calls of functions are no kernel events. {nameOf("WithCall")} returns them with the events.";
        string[] names = [.. _kinds.Select(Shown).Order(StringComparer.Ordinal)];
        var close = Suggestion.For(pattern.Text, names);
        if (close.Count == 0) close = Suggestion.For(pattern.Text, _kinds.Select(kind => kind.Name));
        return $"{given}: no event of {thing} matches. " + (close.Count > 0
            ? $"Did you mean {string.Join(" or ", close.Select(name => DisplayText.Fit(name, 100)))}?"
            : $"Its events are {NothingFound.Examples(names)}.");
    }

    private static string Shown((string? System, string Name) kind) => kind.System is null ? kind.Name : $"{kind.System}:{kind.Name}";
}
