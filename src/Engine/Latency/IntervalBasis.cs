namespace KernelMagnifier.Latency;

/// <summary>Which event an interval starts at, where its kind allows several.</summary>
internal enum IntervalBasis : byte
{
    /// <summary>The kind has one start event.</summary>
    Event,

    /// <summary>A wake-up from <c>sched_waking</c>.</summary>
    Waking,

    /// <summary>A wake-up from <c>sched_wakeup</c>: the recording has no <c>sched_waking</c>.</summary>
    Wakeup,

    /// <summary>
    /// A wake-up whose <c>sched_waking</c> came before the task was switched out to sleep; it starts at that switch.
    /// </summary>
    RaceRepaired,

    /// <summary>A tracer of the kernel states the length.</summary>
    Stated,
}
