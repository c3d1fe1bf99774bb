namespace KernelMagnifier.Latency;

/// <summary>What <c>prev_state</c> of a <c>sched_switch</c> says of the task that leaves the CPU.</summary>
internal enum SwitchState : byte
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>It sleeps.</summary>
    Sleeps,

    /// <summary>It is runnable and gave up the CPU: <c>R</c>.</summary>
    Yielded,

    /// <summary>It is runnable and was preempted: <c>R+</c>.</summary>
    Preempted,

    /// <summary>It ends: <c>X</c> or <c>Z</c>.</summary>
    Dies,
}
