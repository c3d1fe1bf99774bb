using KernelMagnifier.Latency.Activity;

namespace KernelMagnifier.Latency.Paths;

/// <summary>The time from which on a task does something else.</summary>
internal struct TaskPoint
{
    /// <summary>The time.</summary>
    public long Time;

    /// <summary>Until when it is certain that the task did what the point before says.</summary>
    public long KnownUntil;

    /// <summary>The index of the task in a <see cref="TaskTable"/>.</summary>
    public int Task;

    /// <summary>The CPU that it is on, or in the queue of; −1 if not known.</summary>
    public int Cpu;

    /// <summary>What woke it, as an index; −1 if it was not woken.</summary>
    public int Wake;

    /// <summary>The number of losses before.</summary>
    public int Losses;

    /// <summary>The system call that it is in; 0 if not known.</summary>
    public int Syscall;

    /// <summary>The lock that it waits for; 0 if not known.</summary>
    public int Lock;

    /// <summary>What it does.</summary>
    public TaskStanding Standing;
}
