namespace KernelMagnifier.Workloads.Building;

/// <summary>Why something of a recording is not in a workload.</summary>
internal enum CoverageReason
{
    /// <summary>A thread of the kernel.</summary>
    KernelThread,

    /// <summary>A task that records or that runs the lab.</summary>
    Recorder,

    /// <summary>Events were lost.</summary>
    LostEvents,

    /// <summary>The begin or the end lies outside of the recording.</summary>
    RecordingBounds,

    /// <summary>More activations than are kept.</summary>
    TooManyActivations,

    /// <summary>The first run of a task that began.</summary>
    FirstRun,

    /// <summary>Waits of tasks that begin and end, or that run nearly all the time.</summary>
    ShortWaits,

    /// <summary>The waker is not one of the selected tasks.</summary>
    OutsideSelection,

    /// <summary>The waker wakes the group only rarely.</summary>
    RareWaker,

    /// <summary>Groups that wait for each other in a circle that is not a ring.</summary>
    Circle,

    /// <summary>Woken by an interrupt.</summary>
    Interrupt,

    /// <summary>Woken by a completed block request.</summary>
    Io,

    /// <summary>A lock whose owner is not known.</summary>
    LockWithoutEvents,

    /// <summary>What woke the task is not known.</summary>
    UnknownWaker,
}
