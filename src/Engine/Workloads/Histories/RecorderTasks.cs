namespace KernelMagnifier.Workloads.Histories;

/// <summary>Tells the tasks that record and that run the lab from the tasks of the load.</summary>
internal static class RecorderTasks
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "km", "load-guest.sh", "script", "trace-cmd", "bpftrace", "perf",
    };

    // The kernel keeps 15 characters of a name. The threads of the recorder are km cpu0, km recording, km command and so on.
    private static readonly string[] Prefixes = ["km ", "km-beat", "kernel-magnifie"];

    private const string Runtime = ".NET ";

    // Threads of every .NET program that do nothing of its work.
    private static readonly HashSet<string> Services = new(StringComparer.Ordinal)
    {
        ".NET SigHandler", ".NET Signal Han", ".NET Finalizer", ".NET SynchManag", ".NET EventPipe", ".NET Tiered Com",
        ".NET TP Gate", ".NET Timer",
    };

    /// <summary>Whether a task records or runs the lab.</summary>
    /// <param name="task">The task.</param>
    /// <param name="all">The tasks of the recording.</param>
    public static bool Include(TaskHistory task, TaskHistories all)
    {
        if (task.Comm is not { } comm) return false;
        if (IsNamed(comm)) return true;
        if (!comm.StartsWith(Runtime, StringComparison.Ordinal)) return false;
        // Which program a thread belongs to is known only if the recording has its begin.
        return task.ParentId is { } parent && all.Tasks.TryGetValue(parent, out var creator) && creator.Comm is { } name
            && !Services.Contains(name) ? IsNamed(name) : Services.Contains(comm);
    }

    private static bool IsNamed(string comm)
        => Names.Contains(comm) || Array.Exists(Prefixes, prefix => comm.StartsWith(prefix, StringComparison.Ordinal));
}
