using KernelMagnifier.Model;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Engine.Tests.Fidelities;

/// <summary>Histories of tasks that no recording has. Times are in nanoseconds.</summary>
internal sealed class MadeUpLoad(string path = "made-up.dat")
{
    public const long Millisecond = 1_000_000, Second = 1_000_000_000;

    private readonly Dictionary<int, TaskHistory> _tasks = [];

    public long Lost { get; init; }

    public long Length { get; init; } = 2 * Second;

    public int Cpus { get; init; } = 2;

    public bool HasBlock { get; init; }

    /// <summary>Adds a task that a timer wakes.</summary>
    public MadeUpLoad Periodic(string comm, int pid, long period, long run, int seed = 0, long jitter = 0, long offset = 0)
    {
        var random = new Random(seed);
        var task = Task(comm, pid);
        for (var at = period + offset; at + run < Length; at += period)
            Add(task, at + (jitter > 0 ? random.NextInt64(jitter) : 0), run, ActivationTrigger.Timer, -1);
        return this;
    }

    /// <summary>Adds a task that another one wakes each time that it has run.</summary>
    public MadeUpLoad Woken(string comm, int pid, int by, long run)
    {
        var task = Task(comm, pid);
        foreach (var activation in _tasks[by].Activations) Add(task, activation.End, run, ActivationTrigger.Task, by);
        return this;
    }

    /// <summary>Adds tasks that begin, run and end; <paramref name="pid"/> is that of the first.</summary>
    public MadeUpLoad Storm(string comm, int pid, long period, long run)
    {
        for (var (at, i) = (period, 0); at + run < Length; at += period, i++)
        {
            var task = Task(comm, pid + i);
            (task.Start, task.End) = (at, at + run);
            Add(task, at, run, ActivationTrigger.Start, 1);
        }
        return this;
    }

    /// <summary>Adds two tasks that wake each other.</summary>
    public MadeUpLoad PingPong(int pid, long run)
    {
        var (ping, pong) = (Task("ping", pid), Task("pong", pid + 1));
        for (long at = 0; at + (2 * run) < Length; at += 2 * run)
        {
            Add(ping, at, run, ActivationTrigger.Task, pid + 1);
            Add(pong, at + run, run, ActivationTrigger.Task, pid);
        }
        return this;
    }

    /// <summary>Adds a task that a timer wakes, and that writes each time.</summary>
    public MadeUpLoad Writer(string comm, int pid, long period, long bytes)
    {
        Periodic(comm, pid, period, Millisecond / 10);
        var count = _tasks[pid].Activations.Count;
        _tasks[pid].Requests.Add(new TaskRequests { Device = "8,0", Operation = "Write", Count = count, Bursts = count, Bytes = bytes * count });
        return this;
    }

    /// <summary>Adds a task that never sleeps.</summary>
    public MadeUpLoad Busy(string comm, int pid, long run)
    {
        Task(comm, pid).Run = run;
        return this;
    }

    /// <summary>Adds a task that is woken at random times.</summary>
    public MadeUpLoad Random(string comm, int pid, long mean, long run, int seed)
    {
        var random = new Random(seed);
        var task = Task(comm, pid);
        for (long at = 0; at < Length - run;)
        {
            at += (long)(-Math.Log(1 - random.NextDouble()) * mean) + 1;
            Add(task, at, run, ActivationTrigger.Interrupt, -1);
        }
        return this;
    }

    /// <summary>The histories.</summary>
    public TaskHistories Done() => new()
    {
        Tasks = _tasks, First = 0, Last = Length, Cpus = [.. Enumerable.Range(0, Cpus)], HasScheduler = true, HasBlock = HasBlock,
        Info = new TraceInfo(path) { Events = 10_000, LostEvents = Lost },
    };

    private TaskHistory Task(string comm, int pid)
    {
        var task = new TaskHistory { ProcessId = pid, Comm = comm, IsKernelThread = false };
        _tasks.Add(pid, task);
        return task;
    }

    private static void Add(TaskHistory task, long time, long run, ActivationTrigger trigger, int waker)
    {
        task.Activations.Add(new Activation
        { Time = time, Trigger = trigger, WakerId = waker, Wait = 0, Run = run, End = time + run });
        task.Run += run;
    }
}
