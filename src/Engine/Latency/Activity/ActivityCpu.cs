using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>What an <see cref="ActivityTracker"/> knows of a CPU.</summary>
internal sealed class ActivityCpu
{
    // Interrupts and softirqs nest a few levels deep.
    private const int Deepest = 16;

    // Longer than a handler takes from the completion of a request to the wake-up. Also counts of clocks that do not count time.
    private const long LongestCompletion = 1_000_000;

    private readonly Frame[] _frames = new Frame[Deepest];
    private int _count;

    private struct Frame
    {
        public IntervalKind Kind;
        public ulong Id;
        public CpuOccupant Occupant;
        public long Since;
    }

    /// <summary>The task that was switched in last; unknown until the first event of the CPU, and after a loss.</summary>
    public CpuOccupant Task;

    /// <summary>What the sink was told last.</summary>
    public CpuOccupant Told;

    /// <summary>The time of the last event.</summary>
    public long LastEvent = CallRecord.NoTime;

    /// <summary>The function of the timer that runs; 0 for none.</summary>
    public int Timer;

    /// <summary>The block request that completed last in the handler that runs.</summary>
    public CompletedRequest Completed;

    /// <summary>How many handlers are nested.</summary>
    public int Level => _count;

    /// <summary>The innermost handler, else the task.</summary>
    public CpuOccupant Occupant => _count > 0 ? _frames[_count - 1].Occupant : Task;

    /// <summary>When the innermost handler began; <see cref="CallRecord.NoTime"/> if none runs.</summary>
    public long HandlerSince => _count > 0 ? _frames[_count - 1].Since : CallRecord.NoTime;

    /// <summary>Whether no handler runs.</summary>
    public bool IsInTask => _count == 0;

    /// <summary>A handler begins.</summary>
    public void Push(IntervalKind kind, ulong id, in CpuOccupant occupant, long time)
    {
        // Only a damaged recording nests deeper.
        if (_count == Deepest) _count = 0;
        if (_count == 0 && Completed.Context is not ExecutionContext.Task) Completed = default;
        _frames[_count++] = new Frame { Kind = kind, Id = id, Occupant = occupant, Since = time };
    }

    /// <summary>A handler ends, and with it those in it whose ends are missing. One whose start is missing changes nothing.</summary>
    public void Pop(IntervalKind kind, ulong id)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_frames[i].Kind != kind || _frames[i].Id != id) continue;
            _count = i;
            if (Completed.Level > i) Completed = default;
            return;
        }
    }

    /// <summary>
    /// An event is next. If the recording has no events of handlers, only its context and time tell that the handler in which a
    /// request completed is over.
    /// </summary>
    public void Continue(ExecutionContext context, long time)
    {
        if (Completed.Device != 0 && Completed.Level == 0 && _count == 0
            && (context != Completed.Context || time - Completed.Time > LongestCompletion))
            Completed = default;
    }

    /// <summary>Forgets all handlers. Returns the softirq that the outgoing task was in; unknown if it was in none.</summary>
    public CpuOccupant Clear(out ulong id)
    {
        var softIrq = default(CpuOccupant);
        id = 0;
        // No task is switched out in a hardware interrupt, so the end of one is missing. Softirqs of the real-time kernel can be.
        if (_count > 0 && _frames[0].Kind == IntervalKind.SoftIrq) (softIrq, id) = (_frames[0].Occupant, _frames[0].Id);
        _count = 0;
        (Completed, Timer) = (default, 0);
        return softIrq;
    }
}
