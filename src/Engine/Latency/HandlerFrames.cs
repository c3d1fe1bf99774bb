namespace KernelMagnifier.Latency;

/// <summary>The nested handlers of a CPU, for the time of a handler without what interrupted it.</summary>
internal sealed class HandlerFrames
{
    // Interrupts, softirqs and their timers nest a few levels deep.
    private const int Deepest = 32;

    private readonly Frame[] _frames = new Frame[Deepest];
    private int _count;

    private struct Frame
    {
        public ulong Id;
        public long Start, Nested;
        public IntervalKind Kind;
    }

    /// <summary>Forgets all handlers, after a loss.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a handler that starts.</summary>
    public void Push(IntervalKind kind, ulong id, long time)
    {
        if (_count == Deepest) Clear();
        _frames[_count++] = new Frame { Kind = kind, Id = id, Start = time };
    }

    /// <summary>Removes a handler that ends, and those in it whose ends are missing.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="id">The interrupt, vector or timer.</param>
    /// <param name="start">The start of the interval that ends.</param>
    /// <param name="time">The time.</param>
    /// <returns>Its time without nested interrupts and softirqs; <see cref="IntervalRecord.Unknown"/> if not known.</returns>
    public long Pop(IntervalKind kind, ulong id, long start, long time)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            ref var frame = ref _frames[i];
            if (frame.Kind != kind || frame.Id != id) continue;
            var isComplete = i == _count - 1;
            _count = i;
            var length = time - frame.Start;
            // A timer is part of the softirq or interrupt that it runs in; what interrupts it interrupts that too.
            if (i > 0) _frames[i - 1].Nested += kind is IntervalKind.Timer or IntervalKind.HrTimer ? frame.Nested : length;
            var net = length - frame.Nested;
            return isComplete && frame.Start == start && net >= 0 ? net : IntervalRecord.Unknown;
        }
        return IntervalRecord.Unknown;
    }
}
