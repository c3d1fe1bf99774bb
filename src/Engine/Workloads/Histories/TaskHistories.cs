namespace KernelMagnifier.Workloads.Histories;

/// <summary>What each task of a recording did, from its scheduler, interrupt, timer and block events.</summary>
internal sealed class TaskHistories
{
    /// <summary>The tasks that ran, by pid. Pid 0 is none.</summary>
    public required IReadOnlyDictionary<int, TaskHistory> Tasks { get; init; }

    /// <summary>The description of the recording.</summary>
    public required Model.TraceInfo Info { get; init; }

    /// <summary>The machine (<c>uname -m</c>); null if the recording does not contain it.</summary>
    public string? Machine { get; init; }

    /// <summary>The time of the first event.</summary>
    public long First { get; init; }

    /// <summary>The time of the last event.</summary>
    public long Last { get; init; }

    /// <summary>The CPUs with events.</summary>
    public required IReadOnlyList<int> Cpus { get; init; }

    /// <summary>Whether the recording has sched_switch and a wake-up event, without which there are no activations.</summary>
    public bool HasScheduler { get; init; }

    /// <summary>Whether it has events of interrupts, without which run times contain their handlers.</summary>
    public bool HasInterrupts { get; init; }

    /// <summary>Whether it has events of expired timers, without which a timer is seen as an interrupt.</summary>
    public bool HasTimers { get; init; }

    /// <summary>Whether it has events of system calls, which tell locks from other waits.</summary>
    public bool HasSyscalls { get; init; }

    /// <summary>Whether it has events of block requests.</summary>
    public bool HasBlock { get; init; }
}
