using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes what a Perfetto trace tells of the machine besides its events: the kernel, and the processes of threads.
/// </summary>
internal static class PerfettoTasks
{
    // TracePacket
    private const int ProcessTree = 2, SystemInfo = 45;

    // SystemInfo, Utsname
    private const int Utsname = 1, SystemName = 1, Release = 3, Machine = 4;

    // ProcessTree, Process and Thread
    private const int TreeProcess = 1, TreeThread = 2, ProcessId = 1, ProcessCommand = 3, IsComm = 9, ThreadId = 1, ThreadName = 2,
        ThreadGroup = 3;

    /// <summary>Writes the kernel, as far as it is known.</summary>
    public static void WriteKernel(string? release, string? machine, PerfettoPackets to)
    {
        if (release is null && machine is null) return;
        ProtoWriter info = new(), name = new();
        name.Text(SystemName, "Linux");
        if (release is not null) name.Text(Release, DisplayText.Visible(release));
        if (machine is not null) name.Text(Machine, DisplayText.Visible(machine));
        info.Message(Utsname, name);
        to.Write(SystemInfo, info);
    }

    /// <summary>Writes the names of the tasks of a recording, and their processes if it knows them.</summary>
    /// <param name="names">The tasks.</param>
    /// <param name="areNamed">Whether sched_switch events name the threads.</param>
    /// <param name="time">The time of the first event.</param>
    /// <param name="to">The trace.</param>
    public static void Write(CallNames names, bool areNamed, long time, PerfettoPackets to)
    {
        ProtoWriter tree = new(), task = new();
        foreach (var (_, pid, group, comm) in names.Tasks)
        {
            if (pid <= 0 || (group is null && (areNamed || comm.Length == 0))) continue;
            if (group is { } process)
            {
                task.Always(ThreadId, pid);
                task.Text(ThreadName, DisplayText.Visible(comm));
                task.Always(ThreadGroup, process);
                tree.Message(TreeThread, task);
            }
            else
            {
                // Perfetto has no name of a thread without its process: it is shown as a process of its own.
                task.Always(ProcessId, pid);
                task.Text(ProcessCommand, DisplayText.Visible(comm));
                task.Always(IsComm, 1);
                tree.Message(TreeProcess, task);
            }
            task.Clear();
        }
        if (!tree.Written.IsEmpty) to.Write(ProcessTree, tree, time);
    }
}
