using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Latency.Paths;

/// <summary>The critical paths of the tasks of a recording over a span of time. One reading serves any number of tasks.</summary>
internal sealed class CriticalPathReading
{
    // What the events tell that a path cannot do without.
    private const string Switch = "sched_switch";
    private static readonly string[] Wakes = ["sched_waking", "sched_wakeup"];

    private readonly ActivityHistory _history;
    private readonly SyscallNames _syscalls;

    internal CriticalPathReading(ActivityHistory history, PathEvents events, TraceInfo info)
    {
        (_history, Info) = (history, info);
        _syscalls = SyscallNames.Of(info.KernelRelease);
        var (first, last) = (info.FirstTime ?? events.First, info.LastTime ?? events.Last);
        (Since, Until) = (Math.Max(events.Since, first), Math.Min(events.Until, last));
    }

    /// <summary>The description of the recording.</summary>
    public TraceInfo Info { get; }

    /// <summary>The begin of the span: the later of the one that was asked for and the first event of the recording.</summary>
    public long Since { get; }

    /// <summary>The end of the span: the earlier of the one that was asked for and the last event.</summary>
    public long Until { get; }

    /// <summary>Whether no time of the recording is in the span that was asked for.</summary>
    public bool IsEmpty => Until <= Since;

    /// <summary>The events without which there is no path, in words; null if the recording has them.</summary>
    public string? Missing
        => !Has(Switch) ? Switch : !Array.Exists(Wakes, Has) ? string.Join(" or ", Wakes) : null;

    private bool Has(string kind) => Info.EventKinds.Keys.Any(name => IntervalNeeds.NameOf(name) == kind);

    /// <summary>Reads a recording.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="since">The begin, in seconds or counts of the trace clock; null for that of the recording.</param>
    /// <param name="until">The end; null for that of the recording.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ValueOutOfRange"/>: the span has too many events to follow (<see cref="ActivityHistory.MostPoints"/>).
    /// </exception>
    public static CriticalPathReading Read(TraceReader reader, double? since, double? until, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var history = new ActivityHistory();
        var events = new PathEvents(history, since, until);
        return new CriticalPathReading(history, events, reader.ReadOnce(events, null, null, cancel));
    }

    /// <summary>Whether something is known of a task in the span.</summary>
    public bool Knows(int processId)
        => _history.IndexOf(processId) is > 0 and var task && _history.Tasks.Of(task) is var (start, end) && end > start;

    /// <summary>The pids, in ascending order, of the tasks in the span whose name matches a name or pattern.</summary>
    public IReadOnlyList<int> Find(string comm)
    {
        var glob = new Glob(comm);
        return [.. _history.ProcessIds().Where(pid => _history.Names.Comm(pid) is { } name && glob.IsMatch(name)).Order()];
    }

    /// <summary>The name of a task; null if no event names it. Untrusted text.</summary>
    public string? Comm(int processId) => _history.Names.Comm(processId);

    /// <summary>
    /// The critical path of a task, in time order. The segments cover the span without gap or overlap; empty if the span is.
    /// </summary>
    public IReadOnlyList<PathSegment> PathOf(int processId)
    {
        var (source, names) = (_history.Context.Source, new PathNames(_history.Names, _syscalls));
        var whole = Math.Max(1, Until - Since);
        // An array: PowerShell does not index the lists of collection expressions.
        return new PathWalk(_history).Of(processId, Since, Until).Select(step => new PathSegment
        {
            Depth = step.Depth, State = step.State.ToString(), ProcessId = step.ProcessId < 0 ? null : step.ProcessId,
            Comm = step.ProcessId < 0 ? null : names.Comm(step.ProcessId), What = names.What(step),
            Cpu = step.Cpu < 0 ? null : step.Cpu, Start = source.ToTimestamp(step.From), End = source.ToTimestamp(step.To),
            WallTime = source.ToWallTime(step.From), DurationNanoseconds = step.To - step.From,
            Percent = 100.0 * (step.To - step.From) / whole, Recording = source.Name, Unit = source.ClockUnit.ToString(),
            StartTime = step.From, EndTime = step.To, PathProcessId = processId, PathComm = names.Comm(processId),
            Origin = _history.Context,
        }).ToArray();
    }
}
