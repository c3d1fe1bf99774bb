namespace KernelMagnifier.Latency;

/// <summary>
/// One interval as the builder delivers it. It has a fixed size and refers to names by id, so that counting allocates nothing per
/// interval.
/// </summary>
internal struct IntervalRecord
{
    /// <summary>A duration, CPU or pid that is not known.</summary>
    public const int Unknown = -1;

    /// <summary>The time of the start event, in nanoseconds or counts of the clock.</summary>
    public long Start;

    /// <summary>The time of the end event.</summary>
    public long End;

    /// <summary>
    /// System calls, with scheduler events: the time on a CPU. Handlers: the time net of nested interrupts and softirqs.
    /// <see cref="Unknown"/> if not known.
    /// </summary>
    public long OnCpu;

    /// <summary>System calls, with scheduler events: the time in which the task was runnable but not on a CPU.</summary>
    public long Runnable;

    /// <summary>System calls, with scheduler events: the time in which the task was blocked.</summary>
    public long Blocked;

    /// <summary>
    /// Wake-ups with both events: the time from waking to wakeup (placement); the rest is queueing. <see cref="Unknown"/> if not
    /// known.
    /// </summary>
    public long Placement;

    /// <summary>
    /// The key that the kind's table in docs/latency.md names, other than a task or CPU: a system call, irq, vector, function or
    /// device, as an id in <see cref="LatencyNames"/>; 0 if the kind has none.
    /// </summary>
    public int Key;

    /// <summary>The pid of the task that waited, ran or was interrupted; <see cref="Unknown"/> if not known.</summary>
    public int ProcessId;

    /// <summary>The CPU of the start event.</summary>
    public int StartCpu;

    /// <summary>The CPU of the end event.</summary>
    public int Cpu;

    /// <summary>
    /// Wake-ups: the CPU that the task ran on before; <see cref="Unknown"/> if not known. A task whose <see cref="Cpu"/> differs
    /// has migrated.
    /// </summary>
    public int PreviousCpu;

    /// <summary>
    /// Wake-ups: the pid of the task in whose context the waking was recorded; <see cref="Unknown"/> if not known.
    /// </summary>
    public int Waker;

    /// <summary>Wake-ups: the execution context of the waker.</summary>
    public Model.ExecutionContext WakerContext;

    /// <summary>The kind.</summary>
    public IntervalKind Kind;

    /// <summary>The event at which the interval starts.</summary>
    public IntervalBasis Basis;

    /// <summary>The length.</summary>
    public readonly long Length => End - Start;

    /// <summary>The record of an interval that has ended, with what is the same for all kinds.</summary>
    internal static IntervalRecord Of(IntervalKind kind, in OpenInterval open, long end, int cpu) => new()
    {
        Kind = kind, Start = open.Start, End = end, StartCpu = open.Cpu, Cpu = cpu, ProcessId = Unknown, PreviousCpu = Unknown,
        Waker = Unknown, OnCpu = Unknown, Runnable = Unknown, Blocked = Unknown, Placement = Unknown,
    };
}
