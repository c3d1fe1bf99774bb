using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Feeds an interval builder with events that a test describes.</summary>
internal sealed class FakeEvents
{
    private static readonly FakeSchema SwitchSchema = new("sched", "sched_switch", "prev_comm", "prev_pid", "prev_state", "next_comm", "next_pid");
    private static readonly Dictionary<string, FakeSchema> Schemas = new[]
    {
        new FakeSchema("sched", "sched_waking", "comm", "pid"), new("sched", "sched_wakeup", "comm", "pid"), new("sched", "sched_wakeup_new", "comm", "pid"),
        new("raw_syscalls", "sys_enter", "id"), new("raw_syscalls", "sys_exit", "id"), new("syscalls", "sys_enter_read"), new("syscalls", "sys_exit_read"),
        new("irq", "irq_handler_entry", "irq", "name"), new("irq", "irq_handler_exit", "irq"), new("irq", "softirq_entry", "vec"),
        new("irq", "softirq_exit", "vec"), new("irq", "softirq_raise", "vec"), new("irq_vectors", "local_timer_entry", "vector"),
        new("irq_vectors", "local_timer_exit", "vector"), new("timer", "timer_expire_entry", "timer", "function"),
        new("timer", "timer_expire_exit", "timer"), new("timer", "hrtimer_expire_entry", "hrtimer", "function"),
        new("timer", "hrtimer_expire_exit", "hrtimer"), new("workqueue", "workqueue_queue_work", "work", "function"),
        new("workqueue", "workqueue_execute_start", "work", "function"), new("workqueue", "workqueue_execute_end", "work"),
        new("block", "block_rq_issue", "dev", "sector", "rwbs"), new("block", "block_rq_complete", "dev", "sector", "rwbs"),
    }.ToDictionary(s => s.Name);

    private readonly IntervalBuilder _builder;

    public FakeEvents()
    {
        _builder = new IntervalBuilder(Intervals);
        _builder.Begin(new TraceContext(new TraceSource(new TraceInfo("test")), new CallNames()));
    }

    public CollectedIntervals Intervals { get; } = new();

    /// <summary>The time of the next event.</summary>
    public long Time { get; set; } = 1000;

    public FakeEvents At(long time)
    {
        Time = time;
        return this;
    }

    public FakeEvents Switch(int cpu, int prev, string state, int next)
        => Send(SwitchSchema, cpu, prev, SwitchSchema.Record($"t{prev}", prev, state, $"t{next}", next));

    public FakeEvents Event(string name, int cpu, int processId, params object[] values)
        => Send(Schemas[name], cpu, processId, Schemas[name].Record(values));

    public FakeEvents Lost(int cpu)
    {
        _builder.Lost(cpu, 1, Time);
        return this;
    }

    public CollectedIntervals End()
    {
        _builder.End(new TraceInfo("test"));
        return Intervals;
    }

    private FakeEvents Send(FakeSchema schema, int cpu, int processId, byte[] body)
    {
        Assert.True(_builder.Wants(schema));
        _builder.Accept(new EventRecord { Schema = schema, Time = Time, Cpu = cpu, ProcessId = processId, Context = ExecutionContext.SoftIrq, Body = body });
        return this;
    }
}
