namespace KernelMagnifier.Recording;

/// <summary>An event to record.</summary>
/// <param name="System">Its system, such as <c>sched</c>.</param>
/// <param name="Name">Its name, such as <c>sched_switch</c>.</param>
/// <param name="Filter">The filter; null for none.</param>
internal readonly record struct ChosenEvent(string System, string Name, string? Filter)
{
    /// <summary>Its directory, relative to the tracing directory.</summary>
    public string Folder => $"events/{System}/{Name}";
}
