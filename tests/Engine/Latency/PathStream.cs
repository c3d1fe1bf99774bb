using System.Globalization;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>
/// Feeds critical paths, and beside them an interval builder, with events that a test describes. Times are counts.
/// </summary>
internal sealed class PathStream
{
    private static readonly FakeSchema SwitchSchema =
        new("sched", "sched_switch", "prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid", "next_prio");

    private static readonly Dictionary<string, FakeSchema> Schemas = new[]
    {
        new FakeSchema("sched", "sched_waking", "comm", "pid"), new("sched", "sched_wakeup", "comm", "pid", "target_cpu"),
        new("sched", "sched_wakeup_new", "comm", "pid", "target_cpu"), new("sched", "sched_migrate_task", "pid", "dest_cpu"),
        new("raw_syscalls", "sys_enter", "id"), new("raw_syscalls", "sys_exit", "id"),
        new("irq", "irq_handler_entry", "irq", "name"), new("irq", "irq_handler_exit", "irq"),
        new("irq", "softirq_entry", "vec"), new("irq", "softirq_exit", "vec"),
        new("timer", "hrtimer_expire_entry", "hrtimer", "function"), new("timer", "hrtimer_expire_exit", "hrtimer"),
        new("block", "block_rq_issue", "dev", "sector", "rwbs"), new("block", "block_rq_complete", "dev", "sector", "rwbs"),
    }.ToDictionary(s => s.Name);

    private readonly IntervalBuilder _builder;
    private readonly ActivityHistory _history;
    private readonly PathEvents _events;

    public PathStream(long? since = null, long? until = null, int limit = ActivityHistory.MostPoints)
    {
        var context = new TraceContext(new TraceSource("test") { ClockUnit = ClockUnit.Counts }, new CallNames());
        _builder = new IntervalBuilder(Intervals);
        _history = new ActivityHistory(limit);
        _events = new PathEvents(_history, since, until);
        _builder.Begin(context);
        _events.Begin(context);
    }

    public CollectedIntervals Intervals { get; } = new();

    /// <summary>The time of the next event.</summary>
    public long Time { get; set; } = 1000;

    public PathStream At(long time)
    {
        Time = time;
        return this;
    }

    public PathStream Switch(int cpu, int prev, string state, int next, string? comm = null)
        => Send(SwitchSchema, cpu, prev, ExecutionContext.Task,
            SwitchSchema.Record($"t{prev}", prev, 120, state, comm ?? $"t{next}", next, 120));

    public PathStream Waking(int cpu, int waker, int woken, ExecutionContext context = ExecutionContext.Task)
        => Send(Schemas["sched_waking"], cpu, waker, context, Schemas["sched_waking"].Record($"t{woken}", woken));

    public PathStream Event(string name, int cpu, int processId, params object[] values)
        => Send(Schemas[name], cpu, processId, ExecutionContext.Task, Schemas[name].Record(values));

    public PathStream Lost(int cpu)
    {
        _builder.Lost(cpu, 1, Time);
        _events.Lost(cpu, 1, Time);
        return this;
    }

    public CriticalPathReading End()
    {
        var info = new TraceInfo("test");
        _builder.End(info);
        _events.End(info);
        return new CriticalPathReading(_history, _events, info);
    }

    /// <summary>The path of a task, a line for each segment.</summary>
    public string[] Path(int processId) => [.. End().PathOf(processId).Select(Text)];

    /// <summary>A segment: start and end, depth, state, task and CPU as far as they are known, and what.</summary>
    public static string Text(PathSegment segment) => string.Create(CultureInfo.InvariantCulture,
        $"{segment.StartTime}-{segment.EndTime} {segment.Depth} {segment.State}{(segment.ProcessId is { } pid ? $" {pid}" : "")}"
        + $"{(segment.Cpu is { } cpu ? $" on {cpu}" : "")}{(segment.What is { } what ? $": {what}" : "")}");

    private PathStream Send(FakeSchema schema, int cpu, int processId, ExecutionContext context, byte[] body)
    {
        var record = new EventRecord { Schema = schema, Time = Time, Cpu = cpu, ProcessId = processId, Context = context, Body = body };
        if (_builder.Wants(schema)) _builder.Accept(record);
        if (_events.Wants(schema)) _events.Accept(record);
        return this;
    }
}
