namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The events of a CPU that are not written yet.</summary>
internal sealed class FtraceBundle
{
    /// <summary>The message FtraceEventBundle, as far as it is written.</summary>
    public ProtoWriter Written { get; } = new();

    /// <summary>The number of events in it.</summary>
    public int Events { get; set; }

    /// <summary>Whether events were lost before those in it.</summary>
    public bool IsAfterLoss { get; set; }

    /// <summary>The time of the latest event on the CPU; null before the first one.</summary>
    public long? Latest { get; set; }
}
