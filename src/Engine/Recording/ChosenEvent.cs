namespace KernelMagnifier.Recording;

/// <summary>One event to record.</summary>
internal readonly record struct ChosenEvent(string System, string Name, string? Filter)
{
    /// <summary>Its folder below the tracing directory.</summary>
    public string Folder => $"events/{System}/{Name}";
}
