using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>What holds for any sequence of events, also for one that no kernel would record.</summary>
public sealed class PathRandomTests
{
    private const int Cpus = 4, Tasks = 8, Events = 2000;

    private static readonly string[] States = ["R", "R+", "S", "D", "X", "S", "D"];

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.02, false)]
    [InlineData(0.02, true)]
    public void PathsCoverTheSpanAndEnd(double losses, bool isDisordered)
    {
        var (states, deepest) = (new HashSet<string>(), 0);
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var (since, until) = seed % 3 == 0 ? (random.Next(1000, 20_000), random.Next(20_000, 60_000)) : ((int?)null, (int?)null);
            var stream = new PathStream(since, until);
            for (var i = 0; i < Events; i++)
            {
                stream.Time += isDisordered ? random.Next(-40, 90) : random.Next(0, 50);
                if (random.NextDouble() < losses) stream.Lost(random.Next(Cpus));
                Send(stream, random);
            }
            var reading = stream.End();
            if (reading.IsEmpty) continue;
            for (var pid = 0; pid <= Tasks; pid++)
            {
                var path = reading.PathOf(pid);
                PathWalkTests.Covers(path, reading.Since, reading.Until);
                Assert.Equal(100, path.Sum(s => s.Percent), 6);
                Assert.All(path, s => Assert.InRange(s.Depth, 0, PathWalk.Deepest + 1));
                states.UnionWith(path.Select(s => s.State));
                deepest = Math.Max(deepest, path.Max(s => s.Depth));
            }
        }
        Assert.Equal(7, states.Count);
        // With clocks that go back, hardly anything fits together.
        Assert.True(deepest > (isDisordered ? 0 : 1), $"{deepest}");
    }

    private static void Send(PathStream stream, Random random)
    {
        var (cpu, pid, thing) = (random.Next(Cpus), random.Next(Tasks), random.Next(2));
        var context = random.Next(3) switch { 0 => ExecutionContext.Task, 1 => ExecutionContext.SoftIrq, _ => ExecutionContext.HardIrq };
        _ = random.Next(14) switch
        {
            < 4 => stream.Switch(cpu, pid, States[random.Next(States.Length)], random.Next(Tasks)),
            4 or 5 => stream.Waking(cpu, pid, random.Next(Tasks), context),
            6 => stream.Event("sched_wakeup", cpu, pid, "w", random.Next(Tasks), random.Next(Cpus)),
            7 => stream.Event("sched_wakeup_new", cpu, pid, "n", random.Next(Tasks), random.Next(Cpus)),
            8 => stream.Event("sched_migrate_task", cpu, pid, random.Next(Tasks), random.Next(Cpus)),
            9 => random.Next(2) == 0 ? stream.Event("irq_handler_entry", cpu, pid, thing, "disk") : stream.Event("irq_handler_exit", cpu, pid, thing),
            10 => random.Next(2) == 0 ? stream.Event("softirq_entry", cpu, pid, thing) : stream.Event("softirq_exit", cpu, pid, thing),
            11 => random.Next(2) == 0 ? stream.Event("hrtimer_expire_entry", cpu, pid, thing, "f") : stream.Event("hrtimer_expire_exit", cpu, pid, thing),
            12 => stream.Event("block_rq_issue", cpu, pid, 8 << 20, thing, "WS"),
            _ => Completion(stream, cpu, pid, thing, random.Next(Tasks)),
        };
    }

    private static PathStream Completion(PathStream stream, int cpu, int pid, int sector, int woken)
        => stream.Event("irq_handler_entry", cpu, pid, 9, "disk").Event("block_rq_complete", cpu, pid, 8 << 20, sector, "WS")
            .Waking(cpu, pid, woken).Event("irq_handler_exit", cpu, pid, 9);
}
