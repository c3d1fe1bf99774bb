namespace KernelMagnifier.Latency.Activity;

/// <summary>What occupies a CPU: the innermost handler, else the task that was switched in.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="ProcessId">
/// The pid of a task. Of a softirq: the pid of the thread that handles it (<c>ksoftirqd/N</c>, <c>ktimers/N</c>); else 0, because
/// the task that it interrupts has nothing to do with it.
/// </param>
/// <param name="Priority">
/// The kernel's priority of a task, as <c>sched_switch</c> has it: below 100 real-time, 100 to 139 nice −20 to 19, −1 if it is not
/// known. Zero of everything but a task.
/// </param>
/// <param name="Key">The interrupt, vector or timer function of a handler, as an id in <see cref="LatencyNames"/>; else 0.</param>
internal readonly record struct CpuOccupant(OccupantKind Kind, int ProcessId, int Priority, int Key)
{
    /// <summary>A <see cref="Priority"/> that is not known.</summary>
    public const int NoPriority = -1;

    /// <summary>Of a CPU of which nothing is known.</summary>
    public static CpuOccupant Unknown => default;

    /// <summary>The occupant that a switch puts on a CPU.</summary>
    public static CpuOccupant OfTask(int processId, int priority)
        => processId == 0 ? new CpuOccupant(OccupantKind.Idle, 0, 0, 0) : new CpuOccupant(OccupantKind.Task, processId, priority, 0);
}
