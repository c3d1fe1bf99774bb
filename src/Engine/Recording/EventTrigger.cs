namespace KernelMagnifier.Recording;

/// <summary>A trigger of an event (kernel: Documentation/trace/events.rst, "Event triggers").</summary>
/// <param name="System">The system of the event.</param>
/// <param name="Name">The name of the event.</param>
/// <param name="Text">The trigger, as it is written to the event's <c>trigger</c> file.</param>
internal readonly record struct EventTrigger(string System, string Name, string Text)
{
    private const string Stack = "stacktrace";

    /// <summary>Its file, relative to the tracing directory.</summary>
    public string File => $"events/{System}/{Name}/trigger";

    /// <summary>
    /// The trigger that records the kernel's stack with an event. The kernel runs a trigger also for an event that its filter
    /// discards, so the trigger gets the same filter.
    /// </summary>
    public static EventTrigger StackOf(ChosenEvent e)
        => new(e.System, e.Name, e.Filter is null ? Stack : $"{Stack} if {e.Filter}");

    /// <summary>The command of a trigger: the word before its parameters, such as <c>stacktrace</c>.</summary>
    public static string CommandOf(string trigger)
        => trigger.IndexOfAny([':', ' ', '\t']) is >= 0 and var end ? trigger[..end] : trigger;

    /// <summary>The event that the trigger enables or disables, as <c>system:event</c>; null for other triggers.</summary>
    public string? OtherEvent
        => Text.Split([':', ' ', '\t']) is ["enable_event" or "disable_event", var system, var name, ..]
            ? $"{system}:{name}"
            : null;
}
