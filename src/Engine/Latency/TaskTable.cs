namespace KernelMagnifier.Latency;

/// <summary>
/// The states of tasks by pid. Pids are small numbers, so pages of indexes replace a hash: a lookup costs two reads, and no file
/// can slow it down.
/// </summary>
internal sealed class TaskTable
{
    // PID_MAX_LIMIT of 64-bit kernels.
    private const int MostPids = 1 << 22;
    private const int PageBits = 12;

    // A recording of a machine that starts programs all the time has tens of thousands.
    private const int MostTasks = 1 << 18;

    private readonly int[]?[] _pages = new int[MostPids >> PageBits][];
    private int _count = 1;

    /// <summary>The states. Element 0 is none. Replaced by a larger one when a task is added.</summary>
    public TaskState[] States { get; private set; } = new TaskState[64];

    /// <summary>Whether tasks were left out.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The states in use.</summary>
    public Span<TaskState> All => States.AsSpan(1, _count - 1);

    /// <summary>
    /// The index of a task, which is added if it is new; 0 if it is no pid of a kernel or if there are too many.
    /// </summary>
    public int this[int processId]
    {
        get
        {
            if ((uint)processId < MostPids && _pages[processId >> PageBits] is { } page
                && page[processId & ((1 << PageBits) - 1)] is var index and not 0)
                return index;
            return Add(processId);
        }
    }

    private int Add(int processId)
    {
        if (processId < 0) return 0;
        if (processId >= MostPids || _count >= MostTasks)
        {
            IsFull = true;
            return 0;
        }
        if (_count == States.Length)
        {
            var larger = new TaskState[_count * 2];
            States.CopyTo(larger, 0);
            States = larger;
        }
        States[_count] = new TaskState { ProcessId = processId, LastCpu = -1 };
        var page = _pages[processId >> PageBits] ??= new int[1 << PageBits];
        return page[processId & ((1 << PageBits) - 1)] = _count++;
    }
}
