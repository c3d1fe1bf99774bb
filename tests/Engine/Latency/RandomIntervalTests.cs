using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>What holds for any sequence of events, also for one that no kernel would record.</summary>
public sealed class RandomIntervalTests
{
    private const int Cpus = 3, Tasks = 6, Things = 3, Events = 3000;

    private static readonly string[] States = ["R", "R+", "S", "D", "X", "Z", "I"];

    private static readonly IntervalKind[] BoundToCpu =
    [
        IntervalKind.OnCpu, IntervalKind.Idle, IntervalKind.Irq, IntervalKind.IrqVector, IntervalKind.SoftIrq, IntervalKind.SoftIrqRaise,
        IntervalKind.Timer, IntervalKind.HrTimer,
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    public void EveryStartAndEndIsAccountedFor(double losses)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var events = new FakeEvents();
            var lost = new List<(int Cpu, long Time)>();
            for (var i = 0; i < Events; i++)
            {
                events.Time += random.Next(1, 50);
                if (random.NextDouble() < losses)
                {
                    var cpu = random.Next(Cpus);
                    events.Lost(cpu);
                    lost.Add((cpu, events.Time));
                }
                Send(events, random);
            }
            var intervals = events.End();
            Assert.True(intervals.Accounts.Count >= 12, $"seed {seed}: {intervals.Accounts.Count} kinds");
            foreach (var (kind, account) in intervals.Accounts)
            {
                Identities.Check(kind, account);
                Assert.Equal(account.Count, intervals.All.Count(x => x.Kind == kind));
                if (losses == 0) Assert.Equal(0, account.Uncertain);
            }
            foreach (var interval in intervals.All)
            {
                Identities.Check(interval);
                var isBound = BoundToCpu.Contains(interval.Kind);
                foreach (var (cpu, time) in lost)
                    Assert.False((!isBound || cpu == interval.Cpu) && interval.Start < time && interval.End >= time,
                        $"seed {seed}: {interval.Kind} {interval.Start} to {interval.End} spans the loss at {time}");
            }
        }
    }

    private static void Send(FakeEvents events, Random random)
    {
        var (cpu, pid, thing) = (random.Next(Cpus), random.Next(Tasks), random.Next(Things));
        _ = random.Next(22) switch
        {
            < 5 => events.Switch(cpu, pid, States[random.Next(States.Length)], random.Next(Tasks)),
            5 or 6 => events.Event("sched_waking", cpu, pid, "w", random.Next(Tasks)),
            7 => events.Event("sched_wakeup", cpu, pid, "w", random.Next(Tasks)),
            8 => events.Event("sched_wakeup_new", cpu, pid, "n", random.Next(Tasks)),
            9 or 10 => events.Event("sys_enter", cpu, pid, thing == 0 ? 60 : thing == 1 ? 15 : 1),
            11 or 12 => events.Event("sys_exit", cpu, pid, thing == 0 ? -1 : thing == 1 ? 56 : 1),
            13 => random.Next(2) == 0 ? events.Event("irq_handler_entry", cpu, pid, thing, "disk") : events.Event("irq_handler_exit", cpu, pid, thing),
            14 => events.Event("softirq_raise", cpu, pid, thing),
            15 => random.Next(2) == 0 ? events.Event("softirq_entry", cpu, pid, thing) : events.Event("softirq_exit", cpu, pid, thing),
            16 => random.Next(2) == 0 ? events.Event("local_timer_entry", cpu, pid, 236) : events.Event("local_timer_exit", cpu, pid, 236),
            17 => random.Next(2) == 0 ? events.Event("timer_expire_entry", cpu, pid, thing, "f") : events.Event("timer_expire_exit", cpu, pid, thing),
            18 => random.Next(2) == 0 ? events.Event("hrtimer_expire_entry", cpu, pid, thing, "f") : events.Event("hrtimer_expire_exit", cpu, pid, thing),
            19 => events.Event("workqueue_queue_work", cpu, pid, thing, "f"),
            20 => random.Next(2) == 0 ? events.Event("workqueue_execute_start", cpu, pid, thing, "f") : events.Event("workqueue_execute_end", cpu, pid, thing),
            _ => random.Next(2) == 0 ? events.Event("block_rq_issue", cpu, pid, 8 << 20, thing, "WS") : events.Event("block_rq_complete", cpu, pid, 8 << 20, thing, "WS"),
        };
    }
}
