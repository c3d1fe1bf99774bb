using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>The events of a kernel, selected by <c>system:event</c> with wildcards.</summary>
internal sealed class EventSet
{
    private readonly List<ChosenEvent> _all;

    private EventSet(List<ChosenEvent> all) => _all = all;

    /// <summary>Reads the events of the running kernel.</summary>
    public static EventSet Read(TraceFs top)
        => new([.. (top.TryRead("available_events") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(':', 2)).Where(p => p.Length == 2).Select(p => new ChosenEvent(p[0], p[1], null))]);

    /// <summary>Selects requested events, each once. A filter may follow a name in braces.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownEvent"/> or
    /// <see cref="ErrorCode.BadRequest"/>.</exception>
    public IEnumerable<ChosenEvent> Choose(IEnumerable<string> requested)
    {
        var chosen = new Dictionary<(string, string), ChosenEvent>();
        foreach (var entry in requested)
        {
            var (name, filter) = Split(entry);
            foreach (var e in Require(name)) chosen[(e.System, e.Name)] = e with { Filter = filter };
        }
        return chosen.Values;
    }

    /// <summary>Finds the events of a name.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownEvent"/>.</exception>
    public List<ChosenEvent> Require(string name) => Find(name) is { Count: > 0 } found ? found : throw Unknown(name);

    /// <summary>
    /// Finds the events of a name. A name without a colon is a system or, if there is no such system, an event of any system.
    /// </summary>
    public List<ChosenEvent> Find(string name)
    {
        if (name.Split(':', 2) is [var system, var e]) return _all.FindAll(x => Matches(system, x.System) && Matches(e, x.Name));
        var bySystem = _all.FindAll(x => Matches(name, x.System));
        return bySystem.Count > 0 ? bySystem : _all.FindAll(x => Matches(name, x.Name));
    }

    private static (string Name, string? Filter) Split(string entry)
    {
        var brace = entry.IndexOf('{', StringComparison.Ordinal);
        if (brace < 0) return (entry.Trim(), null);
        if (!entry.EndsWith('}'))
            throw new KernelMagnifierException(ErrorCode.BadRequest, entry, "the filter of this event has no closing brace.",
                "Write it as system:event{filter}.");
        return (entry[..brace].Trim(), entry[(brace + 1)..^1].Trim());
    }

    private KernelMagnifierException Unknown(string name)
    {
        var inSystem = name.Split(':', 2) is [var system, _] ? _all.FindAll(e => e.System == system) : [];
        var names = inSystem.Count > 0 ? inSystem.Select(e => e.ToString())
            : _all.Select(e => e.ToString()).Concat(_all.Select(e => e.System));
        return new KernelMagnifierException(ErrorCode.UnknownEvent, name, "this kernel has no such event.",
            Suggestion.Before(name, names,
                "Name events as system:event, with wildcards; available_events in tracefs lists them."));
    }

    private static bool Matches(string pattern, string name)
        => Glob.IsPattern(pattern) ? new Glob(pattern).IsMatch(name) : pattern == name;
}
