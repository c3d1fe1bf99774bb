namespace KernelMagnifier.Latency.Activity;

/// <summary>Why a task slept, from what it did and from what woke it.</summary>
/// <param name="Kind">What it waited for.</param>
/// <param name="Text">The same in words, such as <c>I/O 254,0</c>, <c>futex</c> or <c>read</c>. Untrusted text.</param>
internal readonly record struct BlockReason(BlockKind Kind, string Text)
{
    private const string Futex = "futex";

    /// <summary>The reason of a block that a wake-up ended.</summary>
    /// <param name="wake">What woke the task; <see cref="TaskWake.Unknown"/> if that is not known.</param>
    /// <param name="syscall">The system call of the task, as an id in the names; 0 if none is known.</param>
    /// <param name="taskLock">The lock that the task waited for, as such an id; 0 if none is known.</param>
    /// <param name="comm">The name of the task; null if it is not known.</param>
    /// <param name="names">The names of the recording.</param>
    /// <param name="syscalls">The names of system calls by number.</param>
    public static BlockReason Of(
        in TaskWake wake, int syscall, int taskLock, string? comm, LatencyNames names, SyscallNames syscalls)
    {
        if (wake.Device != 0) return new(BlockKind.Io, $"I/O {names.Key(wake.Device)}");
        if (taskLock != 0) return new(BlockKind.Lock, names.Key(taskLock));
        var call = syscall == 0 ? null : names.Key(syscall);
        call = string.IsNullOrEmpty(call) ? null : syscalls.Name(call) ?? call;
        var timer = wake.Timer == 0 ? null : names.Key(wake.Timer);
        // A system call with a timeout can end by it, and one that waits for nothing else always does.
        if (timer is "hrtimer_wakeup" or "process_timeout") return new(BlockKind.Timer, "timer");
        if (call is not null)
            return call.StartsWith(Futex, StringComparison.Ordinal) ? new(BlockKind.Futex, Futex)
                : new(BlockKind.Syscall, char.IsAsciiDigit(call[0]) ? $"system call {call}" : call);
        if (timer is not null) return new(BlockKind.Timer, $"timer {timer}");
        if (comm is not null && comm.StartsWith("kworker/", StringComparison.Ordinal)) return new(BlockKind.Work, "work item");
        var handler = wake.By.Key == 0 ? null : names.Key(wake.By.Key);
        return wake.By.Kind switch
        {
            OccupantKind.HardIrq => new(BlockKind.Interrupt, $"interrupt {handler}"),
            OccupantKind.SoftIrq => new(BlockKind.SoftIrq, $"softirq {handler}"),
            _ => wake.ProcessId < 0 ? new(BlockKind.Unknown, "something")
                : wake.Context is Model.ExecutionContext.HardIrq or Model.ExecutionContext.Nmi ? new(BlockKind.Interrupt, "interrupt")
                : wake.Context == Model.ExecutionContext.SoftIrq ? new(BlockKind.SoftIrq, "softirq")
                : new(BlockKind.Task, "another task"),
        };
    }
}
