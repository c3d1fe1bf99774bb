using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>Selects events by <c>system:event</c> with wildcards, each with an optional filter in braces.</summary>
internal static class EventSet
{
    /// <summary>Selects the requested events, each once.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownEvent"/> or
    /// <see cref="ErrorCode.BadRequest"/>.</exception>
    public static List<ChosenEvent> Choose(TraceFs top, IReadOnlyList<string> requested)
    {
        if (requested.Count == 0) return [];
        var all = (top.TryRead("available_events") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(':', 2)).Where(p => p.Length == 2).Select(p => (System: p[0], Name: p[1])).ToList();
        var chosen = new Dictionary<(string, string), ChosenEvent>();
        foreach (var entry in requested)
        {
            var (name, filter) = Split(entry);
            var found = Find(all, name);
            if (found.Count == 0) throw Unknown(all, name);
            foreach (var (system, e) in found) chosen[(system, e)] = new ChosenEvent(system, e, filter);
        }
        return [.. chosen.Values];
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

    /// <summary>
    /// Finds the events of a name. A name without a colon is a system or, if there is no such system, an event of any system.
    /// </summary>
    private static List<(string System, string Name)> Find(List<(string System, string Name)> all, string name)
    {
        if (name.Split(':', 2) is [var system, var e]) return all.FindAll(x => Matches(system, x.System) && Matches(e, x.Name));
        var bySystem = all.FindAll(x => Matches(name, x.System));
        return bySystem.Count > 0 ? bySystem : all.FindAll(x => Matches(name, x.Name));
    }

    private static KernelMagnifierException Unknown(List<(string System, string Name)> all, string name)
    {
        var inSystem = name.Split(':', 2) is [var system, _] ? all.FindAll(e => e.System == system) : [];
        var names = inSystem.Count > 0 ? inSystem.Select(ToName) : all.Select(ToName).Concat(all.Select(e => e.System));
        return new KernelMagnifierException(ErrorCode.UnknownEvent, name, "this kernel has no such event.",
            Suggestion.Before(name, names,
                "Name events as system:event, with wildcards; available_events in tracefs lists them."));
    }

    private static string ToName((string System, string Name) e) => $"{e.System}:{e.Name}";

    private static bool Matches(string pattern, string name)
        => Glob.IsPattern(pattern) ? new Glob(pattern).IsMatch(name) : pattern == name;
}
