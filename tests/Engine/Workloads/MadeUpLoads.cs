using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Traces;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Building;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Engine.Tests.Workloads;

/// <summary>Recordings of loads whose numbers are known.</summary>
internal static class MadeUpLoads
{
    public const long Us = 1000, Ms = 1_000_000;

    /// <summary>A task that a timer wakes, and an interrupt of a tenth of its run in the middle of each run.</summary>
    public static MadeUpRecording Periodic(long period, long run, int count, string comm = "periodic", int priority = 120)
    {
        var recording = new MadeUpRecording(1).Task(10, comm, priority);
        for (var (i, at) = (0, 10 * Ms); i < count; i++, at += period)
            recording.At(at).TimerWake(0, 10).At(at + (2 * Us)).Switch(0, "R", 10)
                .At(at + (run / 2)).Irq(0, 25, "eth0", true).At(at + (run / 2) + (run / 10)).Irq(0, 25, "eth0", false)
                .At(at + (2 * Us) + run + (run / 10)).Switch(0, "S", 0);
        return recording;
    }

    /// <summary>Two tasks that wake each other, at the end of their runs.</summary>
    public static MadeUpRecording PingPong(long run, int count)
    {
        var recording = new MadeUpRecording(2).Task(10, "ping").Task(11, "pong").At(Ms).TimerWake(0, 10).At(Ms).Switch(0, "R", 10);
        var at = Ms;
        for (var i = 0; i < count; i++)
        {
            recording.At(at += run).Wake(0, 11, 1).At(at).Switch(1, "R", 11).At(at += Us).Switch(0, "S", 0);
            recording.At(at += run).Wake(1, 10, 0).At(at).Switch(0, "R", 10).At(at += Us).Switch(1, "S", 0);
        }
        return recording;
    }

    /// <summary>A producer that a timer wakes, and two stages behind it.</summary>
    public static MadeUpRecording Stages(long period, long run, int count, bool withThird = true)
    {
        var recording = new MadeUpRecording(1).Task(10, "producer").Task(11, "stage2").Task(12, "stage3");
        for (var (i, at) = (0, 10 * Ms); i < count; i++, at += period)
        {
            recording.At(at).TimerWake(0, 10).At(at).Switch(0, "R", 10).At(at + run).Wake(0, 11, 0).At(at + run + Us).Switch(0, "S", 11);
            var now = at + run + Us;
            if (withThird) recording.At(now + run).Wake(0, 12, 0).At(now + run).Switch(0, "S", 12).At(now + (3 * run)).Switch(0, "S", 0);
            else recording.At(now + run).Switch(0, "S", 0);
        }
        return recording;
    }

    /// <summary>A task that creates others, each of which runs once.</summary>
    public static MadeUpRecording ForkStorm(long period, long run, int count)
    {
        var recording = new MadeUpRecording(2).Task(10, "storm");
        for (var (i, at) = (0, 10 * Ms); i < count; i++, at += period)
        {
            var child = 100 + i;
            recording.Task(child, "stormling").At(at).TimerWake(0, 10).At(at).Switch(0, "R", 10)
                .At(at + (50 * Us)).Event(0, "sched_process_fork", $"comm=storm pid=10 child_comm=storm child_pid={child}")
                .Event(0, "sched_wakeup_new", $"comm=storm pid={child} prio=120 target_cpu=001")
                .At(at + (60 * Us)).Switch(1, "R", child).At(at + (100 * Us)).Switch(0, "S", 0)
                .At(at + (60 * Us) + run).Event(1, "sched_process_exit", $"comm=stormling pid={child} prio=120").Switch(1, "X", 0);
        }
        return recording;
    }

    /// <summary>A task that a timer wakes, that writes, and waits for the write and a flush.</summary>
    public static MadeUpRecording FsyncWriter(long period, int sectors, int count)
    {
        var recording = new MadeUpRecording(1).Task(10, "writer");
        for (var (i, at) = (0, 10 * Ms); i < count; i++, at += period)
        {
            var sector = 1000 + (i * sectors);
            recording.At(at).TimerWake(0, 10).At(at).Switch(0, "R", 10)
                .At(at + (100 * Us)).Event(0, "block_rq_issue", $"254,0 WS {sectors * 512} () {sector} + {sectors} [writer]").Switch(0, "D", 0)
                .At(at + (500 * Us)).Completed(254, "WS", sector, sectors, 10).At(at + (510 * Us)).Switch(0, "R", 10)
                .At(at + (550 * Us)).Event(0, "block_rq_issue", "254,0 FF 0 () 0 + 0 [writer]").Switch(0, "D", 0)
                .At(at + (900 * Us)).Completed(254, "FF", 0, 0, 10).At(at + (910 * Us)).Switch(0, "R", 10).At(at + (1000 * Us)).Switch(0, "S", 0);
        }
        return recording;
    }

    public static Workload Build(MadeUpRecording recording, double scale = 1, params string[] comm)
        => Build(Read(recording), scale, comm);

    public static Workload Build(TaskHistories histories, double scale = 1, params string[] comm)
        => WorkloadBuilder.Build(histories, new WorkloadSelection(comm, [], []), scale);

    public static TaskHistories Read(MadeUpRecording recording)
    {
        using var reader = TraceFile.Open(recording.Save());
        return HistoryReading.Read(reader, default);
    }

    private static MadeUpRecording TimerWake(this MadeUpRecording recording, int cpu, int pid)
        => recording.HrTimer(cpu, "hrtimer_wakeup", true).Wake(cpu, pid, cpu).HrTimer(cpu, "hrtimer_wakeup", false);

    private static MadeUpRecording Completed(this MadeUpRecording recording, int device, string rwbs, int sector, int sectors, int pid)
        => recording.SoftIrq(0, 4, "BLOCK", true)
            .Event(0, "block_rq_complete", rwbs == "FF" ? $"{device},0 FF () 18446744073709551615 + 0 [0]" : $"{device},0 {rwbs} () {sector} + {sectors} [0]")
            .Wake(0, pid, 0).SoftIrq(0, 4, "BLOCK", false);
}
