using System.Runtime.CompilerServices;
using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Paths;

/// <summary>
/// Keeps what tasks and CPUs did in a span of a recording: the last change of each before the span, those in it, and the first
/// one after it.
/// </summary>
internal sealed class ActivityHistory : ActivitySink
{
    /// <summary>
    /// The most changes of tasks, and of CPUs. With the wake-ups they take at most 700 MB. A second of a busy machine with 64 CPUs
    /// has about a million.
    /// </summary>
    public const int MostPoints = 5_000_000;

    private readonly List<TaskWake> _wakes = [];
    private readonly List<(int Cpu, long From)> _losses = [];
    private readonly TaskTable _pids = new();
    private readonly int _limit;
    private readonly PointOrder<TaskPoint> _tasks;
    private readonly PointOrder<CpuPoint> _cpus;
    private long _since, _until, _now = CallRecord.NoTime;

    /// <summary>Creates a history of all times.</summary>
    /// <param name="limit">The most changes.</param>
    public ActivityHistory(int limit = MostPoints)
    {
        _limit = limit;
        (_tasks, _cpus) = (new PointOrder<TaskPoint>(limit), new PointOrder<CpuPoint>(limit));
        (_since, _until) = (long.MinValue, long.MaxValue);
    }

    /// <summary>The recording.</summary>
    public TraceContext Context { get; private set; } = null!;

    /// <summary>The names of the recording.</summary>
    public LatencyNames Names { get; private set; } = new();

    /// <summary>The changes of tasks, by the index of the task.</summary>
    public PointOrder<TaskPoint> Tasks => _tasks;

    /// <summary>The changes of CPUs, by CPU.</summary>
    public PointOrder<CpuPoint> Cpus => _cpus;

    /// <summary>Sets the span, in the times of the recording. Called before the first change.</summary>
    public void Limit(long since, long until) => (_since, _until) = (since, until);

    /// <summary>The index of a task; 0 if it is none.</summary>
    public int IndexOf(int processId) => processId > 0 ? _pids[processId] : 0;

    /// <summary>What woke a task.</summary>
    public TaskWake Wake(int index) => _wakes[index];

    /// <summary>The pids of the tasks of which something is known.</summary>
    public IEnumerable<int> ProcessIds()
    {
        for (var i = 1; i <= _pids.All.Length; i++)
            if (_tasks.Of(i) is var (start, end) && end > start)
                yield return _pids.States[i].ProcessId;
    }

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names) => (Context, Names) = (context, names);

    /// <summary>Events were lost on a CPU.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="from">The last event before.</param>
    public void Lost(int cpu, long from) => _losses.Add((cpu, from));

    /// <inheritdoc/>
    public override void CpuChanged(int cpu, in CpuOccupant before, in CpuOccupant after, long time, long knownUntil)
    {
        var point = new CpuPoint { Time = Now(time), Cpu = cpu, Occupant = after };
        point.KnownUntil = Math.Min(knownUntil, point.Time);
        ref var last = ref _cpus.Last(cpu);
        var isKnown = !Unsafe.IsNullRef(ref last);
        if (isKnown ? last.Time > _until : point.Time > _until) return;
        if (isKnown && point.Time <= _since)
        {
            last = point;
            return;
        }
        if (!_cpus.HasRoom) throw TooMany();
        _cpus.Add(cpu, point);
    }

    /// <inheritdoc/>
    public override void TaskChanged(in TaskChange change)
    {
        if (IndexOf(change.ProcessId) is not (> 0 and var task)) return;
        var point = new TaskPoint
        {
            Time = Now(change.Time), Task = task, Cpu = change.Cpu, Wake = -1, Losses = _losses.Count, Syscall = change.Syscall,
            Lock = change.Lock, Standing = change.After,
        };
        point.KnownUntil = Math.Min(change.KnownUntil, point.Time);
        ref var last = ref _tasks.Last(task);
        var isKnown = !Unsafe.IsNullRef(ref last);
        if (isKnown ? last.Time > _until : point.Time > _until) return;
        if (isKnown && point.Time <= _since)
        {
            last = point;
            return;
        }
        if (!_tasks.HasRoom) throw TooMany();
        if (point.Time > _since && change is { After: TaskStanding.Runnable, IsPreemption: false, IsMigration: false }
            && change.Wake.Time == change.Time)
        {
            point.Wake = _wakes.Count;
            _wakes.Add(change.Wake);
        }
        _tasks.Add(task, point);
    }

    /// <summary>The last change has come.</summary>
    public void Complete()
    {
        _tasks.Complete(point => point.Task);
        _cpus.Complete(point => point.Cpu);
    }

    /// <summary>The position of the last point of a task before a time; −1 if there is none.</summary>
    public int Before(int task, long time)
    {
        var (start, end) = _tasks.Of(task);
        var (low, high) = (start, end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_tasks[middle].Time < time) low = middle + 1;
            else high = middle;
        }
        return low > start ? low - 1 : -1;
    }

    /// <summary>The position of the last point of a CPU before a time; −1 if there is none.</summary>
    public int CpuBefore(int cpu, long time)
    {
        var (start, end) = _cpus.Of(cpu);
        var (low, high) = (start, end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_cpus[middle].Time < time) low = middle + 1;
            else high = middle;
        }
        return low > start ? low - 1 : -1;
    }

    /// <summary>Whether a task has a point after the one at a position.</summary>
    public bool HasNext(int task, int position) => position + 1 < _tasks.Of(task).End;

    /// <summary>Until when it is certain that a task does what its last point says.</summary>
    public long KnownUntil(in TaskPoint point)
    {
        for (var i = point.Losses; i < _losses.Count; i++)
            if (point.Standing != TaskStanding.OnCpu || _losses[i].Cpu == point.Cpu)
                return Math.Max(point.Time, _losses[i].From);
        return long.MaxValue;
    }

    /// <summary>Texts in no order, and clocks of CPUs that differ, have times that go back.</summary>
    private long Now(long time) => _now = Math.Max(_now, time);

    private KernelMagnifierException TooMany() => new(ErrorCode.ValueOutOfRange, Context.Source.Path,
        $"the span has more than {Text.DisplayText.Number(_limit)} changes of what tasks or CPUs do, which are too many to follow.",
        "Choose a narrower span.");
}
