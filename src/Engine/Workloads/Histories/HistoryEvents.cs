using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads.Histories;

/// <summary>Feeds a <see cref="HistorySink"/> with the events of a recording, and adds what only workloads need of
/// them.</summary>
internal sealed class HistoryEvents : EventSink
{
    private readonly ActivityTracker _tracker;
    private readonly HistoryRequests _requests;
    private readonly double? _since, _until;
    private readonly Dictionary<EventSchema, EventAction?> _actions = new(ReferenceEqualityComparer.Instance);
    private long _from = long.MinValue, _to = long.MaxValue;

    /// <summary>Creates a sink for the events of one recording.</summary>
    /// <param name="since">The begin, in seconds or counts of the trace clock; null for that of the recording.</param>
    /// <param name="until">The end; null for that of the recording.</param>
    public HistoryEvents(double? since, double? until)
    {
        (_since, _until) = (since, until);
        Histories = new HistorySink();
        _requests = new HistoryRequests(Histories);
        _tracker = new ActivityTracker(Histories);
    }

    /// <summary>What the tasks did.</summary>
    public HistorySink Histories { get; }

    /// <summary>The time of the first event; <see cref="CallRecord.NoTime"/> without one.</summary>
    public long First { get; private set; } = CallRecord.NoTime;

    /// <summary>The latest time of an event.</summary>
    public long Last { get; private set; } = CallRecord.NoTime;

    /// <summary>The CPUs with events.</summary>
    public SortedSet<int> Cpus { get; } = [];

    /// <inheritdoc/>
    public override CallFields Fields => _tracker.Fields;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => _tracker.Warnings;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        var counts = context.Source.ClockUnit == ClockUnit.Counts;
        (_from, _to) = (ToTime(_since, long.MinValue, counts), ToTime(_until, long.MaxValue, counts));
        Histories.From = _from;
        _tracker.Begin(context);
    }

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => ActionOf(schema) is not null || _tracker.Wants(schema);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (record.Time == CallRecord.NoTime || record.Time > _to) return;
        Histories.Counts = record.Time >= _from;
        if (Histories.Counts)
        {
            if (First == CallRecord.NoTime) First = record.Time;
            Last = Math.Max(Last, record.Time);
            if (record.Cpu >= 0) Cpus.Add(record.Cpu);
        }
        ref var action = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _actions, record.Schema, out var isKnown);
        if (!isKnown) action = ActionOf(record.Schema);
        var handler = action;
        handler?.Invoke(record);
        _tracker.Accept(in record);
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time)
    {
        if (time <= _to) _tracker.Lost(cpu, events, time);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info)
    {
        _tracker.End(info);
        Histories.Complete(_tracker, Last);
    }

    private EventAction? ActionOf(EventSchema schema)
    {
        switch (schema.Name)
        {
            case "sched_wakeup_new":
                var pid = schema.Reader("pid");
                return (in EventRecord record) =>
                {
                    if (pid.TryNumber(record.Body, out var number) && number is > 0 and <= int.MaxValue)
                        Histories.Starts((int)number, record.ProcessId);
                };
            case "sched_process_fork":
                var (parent, child) = (schema.Reader("parent_pid"), schema.Reader("child_pid"));
                return (in EventRecord record) =>
                {
                    if (child.TryNumber(record.Body, out var number) && number is > 0 and <= int.MaxValue)
                        Histories.Forked((int)number, parent.TryNumber(record.Body, out var by) && by is > 0 and <= int.MaxValue
                            ? (int)by : record.ProcessId, record.Time);
                };
            case "sched_process_exec": return (in EventRecord record) => Histories.IsUser(record.ProcessId);
            case "sched_process_exit": return (in EventRecord record) => Histories.Exits(record.ProcessId, record.Time);
            case "sys_enter_sched_setaffinity":
                var target = schema.Reader("pid");
                return (in EventRecord record) => Histories.Pinned(
                    target.TryNumber(record.Body, out var number)
                        && number is > 0 and <= int.MaxValue ? (int)number : record.ProcessId);
            case "sys_enter": return Syscall(schema);
            case "block_rq_issue": return _requests.ActionOf(schema);
            default:
                return schema.Name.StartsWith("sys_enter_", StringComparison.Ordinal)
                    ? (in EventRecord record) => Histories.IsUser(record.ProcessId) : null;
        }
    }

    private EventAction Syscall(EventSchema schema)
    {
        var id = schema.Reader("id");
        return (in EventRecord record) =>
        {
            Histories.IsUser(record.ProcessId);
            // A call for another task is not told: raw events of this kind are decoded by their number only.
            if (id.TryNumber(record.Body, out var number) && Histories.IsSetAffinity(number)) Histories.Pinned(record.ProcessId);
        };
    }

    private static long ToTime(double? timestamp, long none, bool counts)
        => timestamp is not { } time ? none : counts ? (long)time : (long)Math.Round(time * 1e9);
}
