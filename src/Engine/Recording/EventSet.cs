using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>Chooses events by <c>system:event</c> with wildcards, each with an optional filter in braces.</summary>
internal static class EventSet
{
    /// <summary>The events that are asked for, each once.</summary>
    /// <exception cref="RecordingException">One that does not exist.</exception>
    public static List<ChosenEvent> Choose(TraceFs top, IReadOnlyList<string> asked)
    {
        if (asked.Count == 0) return [];
        var all = (top.TryRead("available_events") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(':', 2)).Where(p => p.Length == 2).Select(p => (System: p[0], Name: p[1])).ToList();
        var chosen = new Dictionary<(string, string), ChosenEvent>();
        foreach (var entry in asked)
        {
            var brace = entry.IndexOf('{', StringComparison.Ordinal);
            if (brace >= 0 && !entry.EndsWith('}'))
                throw new RecordingException(ErrorCode.BadRequest, $"The event '{entry}' opens a filter that does not end: write it as system:event{{filter}}.");
            var filter = brace >= 0 ? entry[(brace + 1)..^1].Trim() : null;
            var name = (brace >= 0 ? entry[..brace] : entry).Trim();
            var parts = name.Split(':', 2);
            // A bare word is a system; failing that, an event of whatever system.
            var found = parts.Length == 2
                ? all.FindAll(e => Matches(parts[0], e.System) && Matches(parts[1], e.Name))
                : all.FindAll(e => Matches(name, e.System)) is { Count: > 0 } systems ? systems : all.FindAll(e => Matches(name, e.Name));
            if (found.Count == 0)
            {
                var near = parts.Length == 2 && all.Exists(e => e.System == parts[0])
                    ? all.Where(e => e.System == parts[0]).Select(e => $"{e.System}:{e.Name}") : all.Select(e => $"{e.System}:{e.Name}").Concat(all.Select(e => e.System));
                throw new RecordingException(ErrorCode.UnknownEvent,
                    $"This kernel has no event '{name}'.{Nearest.Suggest(name, near)} Events are named system:event, with wildcards; available_events in tracefs lists them.");
            }
            foreach (var (system, e) in found) chosen[(system, e)] = new ChosenEvent(system, e, filter);
        }
        return [.. chosen.Values];
    }

    private static bool Matches(string pattern, string name) => Glob.IsPattern(pattern) ? new Glob(pattern).IsMatch(name) : pattern == name;
}
