namespace KernelMagnifier.Recording;

/// <summary>The events that a request means on this kernel, with their filters and triggers.</summary>
/// <param name="Events">The events to record, each once.</param>
/// <param name="Triggers">The triggers to set.</param>
/// <param name="Warnings">What the kernel lacks, as sentences.</param>
internal sealed record EventSelection(
    IReadOnlyList<ChosenEvent> Events, IReadOnlyList<EventTrigger> Triggers, IReadOnlyList<string> Warnings)
{
    /// <summary>No events.</summary>
    public static EventSelection None { get; } = new([], [], []);

    /// <summary>The events whose formats the recording needs: a trigger can enable events that are not chosen.</summary>
    public IReadOnlyList<ChosenEvent> Formats { get; private init; } = Events;

    /// <summary>Resolves the events of a request.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownPreset"/>, <see cref="ErrorCode.UnknownEvent"/> or
    /// <see cref="ErrorCode.BadRequest"/>.</exception>
    public static EventSelection Resolve(RecordingRequest request, TraceFs top)
    {
        if (!request.HasEvents) return None;
        var all = EventSet.Read(top);
        var warnings = new List<string>();
        var chosen = new Dictionary<string, ChosenEvent>();
        foreach (var e in request.Preset.Select(EventPreset.Find).Distinct().SelectMany(p => p.Choose(all, warnings))
            .Concat(all.Choose(request.Event)).Concat(request.EventStack.SelectMany(all.Require)))
        {
            chosen[e.ToString()] = chosen.GetValueOrDefault(e.ToString(), e).And(e.Filter);
        }
        foreach (var filter in request.EventFilter) AddFilter(chosen, all, filter);
        var stacks = request.EventStack.SelectMany(all.Require).Select(e => e.ToString()).Distinct();
        EventTrigger[] triggers =
        [
            .. stacks.Select(name => EventTrigger.StackOf(chosen[name])),
            .. request.EventTrigger.SelectMany(t => TriggersOf(all, t)),
        ];
        var enabled = triggers.Select(t => t.OtherEvent).OfType<string>().SelectMany(all.Require);
        return new EventSelection([.. chosen.Values], [.. triggers.Distinct()], warnings)
        {
            Formats = [.. chosen.Values.Concat(enabled).DistinctBy(e => e.ToString())],
        };
    }

    private static void AddFilter(Dictionary<string, ChosenEvent> chosen, EventSet all, EventText filter)
    {
        var names = filter.Event is null ? [.. chosen.Keys]
            : all.Require(filter.Event).Select(e => e.ToString()).Where(chosen.ContainsKey).ToList();
        if (names.Count == 0)
            throw new RequestException(ErrorCode.BadRequest, nameof(RecordingRequest.EventFilter),
                $"The filter '{filter}' is for an event that is not recorded.", "Record the event, or leave the filter out.");
        foreach (var name in names) chosen[name] = chosen[name].And(filter.Text);
    }

    private static IEnumerable<EventTrigger> TriggersOf(EventSet all, EventText trigger)
        => all.Require(trigger.Event!).Select(e => new EventTrigger(e.System, e.Name, trigger.Text));
}
