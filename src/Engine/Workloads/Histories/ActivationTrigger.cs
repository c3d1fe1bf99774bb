namespace KernelMagnifier.Workloads.Histories;

/// <summary>What woke a task.</summary>
internal enum ActivationTrigger : byte
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>A timer of its own sleep.</summary>
    Timer,

    /// <summary>Another task.</summary>
    Task,

    /// <summary>An interrupt or a softirq that is neither a timer nor a completed request.</summary>
    Interrupt,

    /// <summary>A completed block request.</summary>
    Io,

    /// <summary>It was created.</summary>
    Start,
}
