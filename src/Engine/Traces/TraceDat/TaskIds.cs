using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One thread's map from pids to task ids.</summary>
internal sealed class TaskIds(SavedCommandLines commandLines, CallNames names)
{
    // The kernel has at most 4,194,304 pids (PID_MAX_LIMIT); a hostile file can contain any number.
    private const int MostTasks = 1 << 18;

    private readonly NumberTable<int> _ids = new();
    private int _lastPid = int.MinValue;
    private int _lastId;

    /// <summary>The id of a task. Consecutive events usually belong to one task, so the last one is kept.</summary>
    public int this[int pid]
    {
        get
        {
            if (pid == _lastPid) return _lastId;
            _lastPid = pid;
            return _lastId = Find(pid);
        }
    }

    private int Find(int pid)
    {
        if (_ids.TryGetValue((uint)pid, out var id)) return id;
        id = names.Task(commandLines[pid], pid);
        if (_ids.Count < MostTasks) _ids.Set((uint)pid, id);
        return id;
    }
}
