using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>Finds the ids of tasks, of which most follow their own. One instance per thread.</summary>
internal sealed class TaskCache(CallNames names)
{
    private const int Slots = 64;

    private readonly Entry[] _entries = new Entry[Slots];

    private struct Entry
    {
        public byte[]? Comm;
        public int ProcessId;
        public int? ThreadGroupId;
        public int Task;
    }

    /// <summary>The id of a task.</summary>
    public int Task(ReadOnlySpan<byte> comm, int processId, int? threadGroupId)
    {
        ref var entry = ref _entries[processId & (Slots - 1)];
        if (entry.Comm is not null && entry.ProcessId == processId && entry.ThreadGroupId == threadGroupId
            && comm.SequenceEqual(entry.Comm))
            return entry.Task;
        var task = names.Task(comm, processId, threadGroupId);
        if (comm.Length <= TraceLimits.LongestComm)
            entry = new Entry { Comm = comm.ToArray(), ProcessId = processId, ThreadGroupId = threadGroupId, Task = task };
        return task;
    }
}
