using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>
/// Pairs the kernel events of one recording to intervals, in one pass in time order over all CPUs. docs/latency.md has the rules.
/// Pairs are made over the whole recording; a filter chooses intervals afterwards, so that it never breaks a pair.
/// </summary>
internal sealed class IntervalBuilder : EventSink
{
    private const int Recent = 8;

    private readonly IntervalSink _sink;
    private readonly IntervalOutput _output;
    private readonly SchedulerPairs _scheduler;
    private readonly SyscallPairs _syscalls;
    private readonly HandlerPairs _handlers;
    private readonly WorkPairs _works;
    private readonly BlockPairs _blocks;
    private readonly StatedValues _stated;
    private readonly CallIntervals? _calls;
    private readonly Dictionary<EventSchema, EventAction> _actions = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly (EventSchema? Schema, EventAction Action)[] _recent = new (EventSchema?, EventAction)[Recent];
    private long _withoutPlace, _ofEndedTasks;

    /// <summary>Creates a builder.</summary>
    /// <param name="sink">Receives the intervals.</param>
    /// <param name="withCalls">Whether calls of functions are intervals too, where the recording has returns.</param>
    public IntervalBuilder(IntervalSink sink, bool withCalls = true)
    {
        (_sink, _output) = (sink, new IntervalOutput(sink));
        _syscalls = new SyscallPairs(_output);
        _scheduler = new SchedulerPairs(_output, _syscalls);
        (_handlers, _works, _blocks, _stated) = (new(_output), new(_output), new(_output), new(_output));
        if (withCalls) _calls = new CallIntervals(_output);
    }

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Task | CallFields.Context;

    /// <inheritdoc/>
    public override CallSink? Calls => _calls;

    /// <inheritdoc/>
    public override bool NeedsCallOrder => false;

    /// <summary>
    /// The names of the events that the builder has received. <see cref="IntervalNeeds"/> says what is missing.
    /// </summary>
    public IReadOnlyCollection<string> Seen => _seen;

    /// <summary>The events of tasks that had ended when perf wrote them. They start and end no intervals.</summary>
    public long OfEndedTasks => _ofEndedTasks;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings
    {
        get
        {
            if (_output.Tasks.IsFull || _output.IsFull)
                yield return "the recording has more tasks, or more intervals open at a time, than any kernel: the starts of further "
                    + "ones are counted as uncertain";
            if (_withoutPlace > 0)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{_withoutPlace:N0} events have no CPU or no time, so they start and end no intervals");
            if (_ofEndedTasks > 0)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{_ofEndedTasks:N0} events are of tasks that had ended when perf wrote them (:-1), so they start and end no intervals");
            if (_output.IsRawLate)
                yield return "the recording has system calls as syscalls:sys_enter_NAME, and much later as raw_syscalls: only the "
                    + "first are measured";
        }
    }

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _output.Context = context;
        _sink.Begin(context, _output.Names);
    }

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => Used(schema);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (record.ProcessId < 0 && IsOfEndedTask(record))
        {
            _ofEndedTasks++;
            return;
        }
        if (record.Cpu < 0 || record.Time == CallRecord.NoTime)
        {
            _withoutPlace++;
            return;
        }
        var schema = record.Schema;
        var recent = _recent;
        for (var i = 0; i < recent.Length; i++)
        {
            if (!ReferenceEquals(recent[i].Schema, schema)) continue;
            recent[i].Action(record);
            // The events that come most often move to the front.
            if (i > 0) (recent[i], recent[i - 1]) = (recent[i - 1], recent[i]);
            return;
        }
        ActionOf(schema)(record);
    }

    /// <inheritdoc/>
    public override EventDigester NewDigester() => new IntervalDigester();

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<EventDigest> digests, int cpu)
    {
        foreach (ref readonly var digest in digests)
        {
            if (digest.Kind == IntervalDigester.Switch)
                _scheduler.Switch(digest.A, digest.B, (SwitchState)digest.Detail, digest.Time, cpu);
            else if (digest.Kind == IntervalDigester.Waking)
                _scheduler.Waking(digest.A, new WakeEvent(digest.Time, cpu, digest.ProcessId, digest.Context));
            else
                _scheduler.Wakeup(digest.A, new WakeEvent(digest.Time, cpu, digest.ProcessId, digest.Context));
        }
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time)
    {
        // Whatever is open compares these counts at its end with those at its start.
        _output.Losses++;
        if (_output.Cpu(cpu) is not { } state) return;
        state.Losses++;
        state.Frames.Clear();
        _scheduler.Lost(state);
    }

    /// <summary>Delivers the intervals that are held until it is clear which of two kinds of events tells them.</summary>
    public void Settle() => _output.Settle();

    /// <inheritdoc/>
    public override void End(TraceInfo info)
    {
        _output.Finish();
        _scheduler.Close();
        _syscalls.Close();
        _handlers.Close();
        _works.Close();
        _blocks.Close();
        _calls?.Close();
        _stated.Maximum(info);
        _sink.End(info, _output.Accounts());
    }

    private EventAction ActionOf(EventSchema schema)
    {
        if (!_actions.TryGetValue(schema, out var action))
        {
            _seen.Add(schema.Name);
            action = Make(schema);
            _actions.Add(schema, action);
        }
        _recent[^1] = (schema, action);
        return action;
    }

    private EventAction Make(EventSchema schema)
        => _scheduler.ActionOf(schema) ?? _syscalls.ActionOf(schema) ?? _works.ActionOf(schema) ?? _blocks.ActionOf(schema)
            ?? _stated.ActionOf(schema) ?? _handlers.ActionOf(schema) ?? ((in EventRecord _) => { });

    /// <summary>
    /// Whether perf did not know the task of a sample, because the task had ended: it prints -1 for the pid and <c>:-1</c> for
    /// the name.
    /// </summary>
    private bool IsOfEndedTask(in EventRecord record)
        => record.Task != 0 && _output.Context?.Names.Tasks[record.Task] is { ProcessId: -1, Comm: ":-1" };

    private static bool Used(EventSchema schema) => schema.Name switch
    {
        "sched_switch" or "sched_waking" or "sched_wakeup" or "sched_wakeup_new" or "sys_enter" or "sys_exit"
            or "irq_handler_entry" or "irq_handler_exit" or "softirq_entry" or "softirq_exit" or "softirq_raise"
            or "timer_expire_entry" or "timer_expire_exit" or "hrtimer_expire_entry" or "hrtimer_expire_exit"
            or "workqueue_queue_work" or "workqueue_execute_start" or "workqueue_execute_end" or "block_rq_issue"
            or "block_rq_complete" or "timerlat" or "osnoise" or "hwlat" or "irq_noise" or "softirq_noise" or "thread_noise"
            or "nmi_noise" => true,
        var name => name.StartsWith("sys_enter_", StringComparison.Ordinal) || name.StartsWith("sys_exit_", StringComparison.Ordinal)
            || HandlerPairs.VectorName(schema) is not null,
    };
}
