using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// An interval between two kernel events of a recording, such as from the wake-up of a task to its switch in. It is certain: no
/// lost events are between its ends.
/// </summary>
public sealed class Interval
{
    private readonly IntervalRecord _record;
    private readonly TraceContext _context;
    private readonly LatencyNames _names;

    internal Interval(TraceContext context, LatencyNames names, in IntervalRecord record)
        => (_context, _names, _record) = (context, names, record);

    /// <summary>The kind, such as <c>Wakeup</c>.</summary>
    public string Kind => _record.Kind.ToString();

    /// <summary>
    /// The key of the kind: a pid, CPU, system call, interrupt (<c>irq/name</c>), vector, function or device; null if the kind
    /// has none.
    /// </summary>
    public string? Key => IntervalKinds.KeyOf(_record.Kind) switch
    {
        KeyKind.Task => ProcessId?.ToString(CultureInfo.InvariantCulture),
        KeyKind.Cpu => Cpu?.ToString(CultureInfo.InvariantCulture),
        _ => _record.Key == 0 ? null : _names.Key(_record.Key),
    };

    /// <summary>The name of a system call that the recording has only the number of; null if it is not known.</summary>
    public string? Name
        => CopiedName ?? (_record.Kind == IntervalKind.Syscall && Key is { } key
            ? SyscallNames.Of(_context.Source.KernelRelease).Name(key) : null);

    /// <summary>The name of the task; null if the recording does not contain it.</summary>
    public string? Comm => _names.Comm(_record.ProcessId);

    /// <summary>The pid of the task that waited, ran or was interrupted; null if it is not known.</summary>
    public int? ProcessId => Known(_record.ProcessId);

    /// <summary>
    /// The time of the start: seconds of the trace clock, or its counts if that clock does not count time; null if it is not
    /// known.
    /// </summary>
    public double? Start => _context.Source.ToTimestamp(_record.Start);

    /// <summary>The time of the end.</summary>
    public double? End => _context.Source.ToTimestamp(_record.End);

    /// <summary>The time of day of the start, in UTC; null if the recording does not contain it.</summary>
    public DateTimeOffset? WallTime => _context.Source.ToWallTime(_record.Start);

    /// <summary>The length, in the unit that <see cref="Unit"/> names.</summary>
    public long DurationNanoseconds => _record.Length;

    /// <summary>The CPU of the end; null if it is not known.</summary>
    public int? Cpu => Known(_record.Cpu);

    /// <summary>The CPU of the start; null if it is not known.</summary>
    public int? StartCpu => Known(_record.StartCpu);

    /// <summary>The CPU that a woken task ran on before; null if it is not known.</summary>
    public int? PreviousCpu => Known(_record.PreviousCpu);

    /// <summary>Whether a woken task runs on another CPU than before; null if that is not known.</summary>
    public bool? IsMigrated => PreviousCpu is { } previous && Cpu is { } cpu ? previous != cpu : null;

    /// <summary>The pid of the task in whose context a task was woken; null if it is not known.</summary>
    public int? Waker => Known(_record.Waker);

    /// <summary>The name of that task; null if it is not known.</summary>
    public string? WakerComm => _record.Waker < 0 ? null : _names.Comm(_record.Waker);

    /// <summary>
    /// The <see cref="ExecutionContext"/> in which a task was woken, such as an interrupt; null if it is not known.
    /// </summary>
    public string? WakerContext => _record.Waker < 0 ? null : _record.WakerContext.KnownName();

    /// <summary>
    /// The event at which the interval starts: <c>Waking</c>, <c>Wakeup</c> or <c>RaceRepaired</c> of a wake-up, <c>Event</c>, or
    /// <c>Stated</c> if a tracer states the length.
    /// </summary>
    public string Basis => _record.Basis.ToString();

    /// <summary>Whether no lost events are between the ends. Others are not reported, only counted.</summary>
    public bool IsCertain { get; } = true;

    /// <summary>System calls, in recordings with scheduler events: the time on a CPU; null if it is not known.</summary>
    public long? OnCpuNanoseconds => _record.Kind == IntervalKind.Syscall ? Duration(_record.OnCpu) : null;

    /// <summary>System calls, in recordings with scheduler events: the time for which the task waited for a CPU.</summary>
    public long? RunnableNanoseconds => OnCpuNanoseconds is null ? null : Duration(_record.Runnable);

    /// <summary>System calls, in recordings with scheduler events: the time for which the task was blocked.</summary>
    public long? BlockedNanoseconds => OnCpuNanoseconds is null ? null : Duration(_record.Blocked);

    /// <summary>Wake-ups: the time from waking to wakeup, in which a CPU is chosen; null if it is not known.</summary>
    public long? PlacementNanoseconds => _record.Kind == IntervalKind.Wakeup ? Duration(_record.Placement) : null;

    /// <summary>Wake-ups: the time from wakeup to the switch in; null if it is not known.</summary>
    public long? QueueNanoseconds => PlacementNanoseconds is { } placement ? DurationNanoseconds - placement : null;

    /// <summary>Handlers: the time without interrupts and softirqs that ran inside; null if it is not known.</summary>
    public long? NetNanoseconds => _record.Kind is IntervalKind.Irq or IntervalKind.IrqVector or IntervalKind.SoftIrq
        or IntervalKind.Timer or IntervalKind.HrTimer ? Duration(_record.OnCpu) : null;

    /// <summary>The recording: the path of its file as it was opened, or <c>-</c> for standard input.</summary>
    public string? Recording => _context.Source.Name;

    /// <summary>The unit of all lengths: <c>Nanoseconds</c>, or <c>Counts</c> if the trace clock does not count time.</summary>
    public string Unit => _context.Source.ClockUnit.ToString();

    /// <summary>The name of a copy, which does not know the kernel of its recording; null for none.</summary>
    internal string? CopiedName { get; init; }

    internal ref readonly IntervalRecord Record => ref _record;

    internal TraceContext Origin => _context;

    internal LatencyNames Names => _names;

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(
        $"{Kind} {Key} {(Unit == nameof(ClockUnit.Counts) ? $"{DurationNanoseconds}" : DurationText.Of(DurationNanoseconds))}");

    private static int? Known(int number) => number < 0 ? null : number;

    private static long? Duration(long duration) => duration < 0 ? null : duration;
}
