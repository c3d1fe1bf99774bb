namespace KernelMagnifier.Recording;

/// <summary>An event to record.</summary>
/// <param name="System">Its system, such as <c>sched</c>.</param>
/// <param name="Name">Its name, such as <c>sched_switch</c>.</param>
/// <param name="Filter">The filter; null for none.</param>
internal readonly record struct ChosenEvent(string System, string Name, string? Filter)
{
    /// <summary>Its directory, relative to the tracing directory.</summary>
    public string Folder => $"events/{System}/{Name}";

    /// <summary>The event with another filter; with both filters where it has one already.</summary>
    public ChosenEvent And(string? filter)
        => filter is null || filter == Filter
            ? this
            : this with { Filter = Filter is null ? filter : $"({Filter}) && ({filter})" };

    /// <inheritdoc/>
    public override string ToString() => $"{System}:{Name}";
}
