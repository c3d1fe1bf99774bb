using System.Diagnostics;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Engines;
using static KernelMagnifier.Engine.Tests.Workloads.MadeUpLoads;

namespace KernelMagnifier.Engine.Tests.Workloads;

/// <summary>The files for rt-app and fio: what is in them, and that these programs run them.</summary>
public sealed class RtAppWriterTests
{
    [Fact]
    public void APeriodicTaskRunsByATimerThatDoesNotDrift()
    {
        using var json = Json(Build(Periodic(20 * Ms, 2 * Ms, 100, priority: 49)));
        var task = json.RootElement.GetProperty("tasks").GetProperty("periodic");
        Assert.Equal(("SCHED_FIFO", 50, -1), (task.GetProperty("policy").GetString(), task.GetProperty("priority").GetInt32(), task.GetProperty("loop").GetInt32()));
        Assert.Equal(["loop=1", "run0=2000", "timer1={\"ref\":\"unique\",\"period\":20000,\"mode\":\"absolute\"}"], Events(task));
        Assert.Equal(2, json.RootElement.GetProperty("global").GetProperty("duration").GetInt32());
    }

    [Fact]
    public void ARingMeetsSoThatNoWakeUpIsLost()
    {
        using var json = Json(Build(PingPong(300 * Us, 200)));
        var (ping, pong) = (Events(json.RootElement.GetProperty("tasks").GetProperty("ping")), Events(json.RootElement.GetProperty("tasks").GetProperty("pong")));
        // One of them begins without being woken.
        Assert.Equal(["loop=1", "run0=301", "barrier1=\"ping>pong\"", "run2=1", "barrier3=\"pong>ping\""], ping);
        Assert.Equal(["loop=1", "barrier0=\"ping>pong\"", "run1=301", "barrier2=\"pong>ping\"", "run3=1"], pong);
    }

    [Fact]
    public void EachMeetingOfARingIsMentionedOnceByEachGroup()
    {
        var workload = Build(PingPong(300 * Us, 200));
        // Steps of different lengths, as those of a sample.
        static WorkloadTask Longer(WorkloadTask task, int count) => task with
        {
            Steps = [.. Enumerable.Range(1, count).Select(i => task.Steps[0] with { RunNanoseconds = i * Ms, Wakes = [task.Steps[0].Wakes[0] with { AfterNanoseconds = i * Ms }] })],
        };
        using var even = Json(workload with { Tasks = [Longer(workload.Tasks[0], 3), Longer(workload.Tasks[1], 3)] });
        string[] Meetings(JsonDocument json, string name) => [.. Events(json.RootElement.GetProperty("tasks").GetProperty(name))
            .Where(one => one.StartsWith("barrier", StringComparison.Ordinal)).Select(one => one.Split('"')[1])];
        string[] expected = ["ping>pong#0", "pong>ping#0", "ping>pong#1", "pong>ping#1", "ping>pong#2", "pong>ping#2"];
        Assert.Equal(expected, Meetings(even, "ping"));
        Assert.Equal(expected, Meetings(even, "pong"));
        // Other numbers of steps: one step each, of the mean length, so that nobody waits for ever.
        using var uneven = Json(workload with { Tasks = [Longer(workload.Tasks[0], 3), Longer(workload.Tasks[1], 5)] });
        Assert.Equal(["ping>pong", "pong>ping"], Meetings(uneven, "ping"));
        Assert.Equal(["ping>pong", "pong>ping"], Meetings(uneven, "pong"));
        var runs = workload.Tasks.Select(task => Events(uneven.RootElement.GetProperty("tasks").GetProperty(task.Name)).First(one => one.StartsWith("run", StringComparison.Ordinal)));
        Assert.Equal(["2000", "3000"], runs.Select(run => run.Split('=')[1]));
    }

    [Fact]
    public void ARunBeginsWithItsFirstTask()
    {
        var workload = Build(Periodic(20 * Ms, 2 * Ms, 100));
        var task = workload.Tasks[0];
        using var json = Json(workload with { Tasks = [task with { OffsetNanoseconds = 600 * Ms }, task with { Name = "later", OffsetNanoseconds = 650 * Ms }] });
        Assert.False(json.RootElement.GetProperty("tasks").GetProperty("periodic").TryGetProperty("delay", out _));
        Assert.Equal(50_000, json.RootElement.GetProperty("tasks").GetProperty("later").GetProperty("delay").GetInt32());
    }

    [Fact]
    public void AChainSignalsAndWaits()
    {
        using var json = Json(Build(Stages(30 * Ms, 2 * Ms, 100)));
        var tasks = json.RootElement.GetProperty("tasks");
        Assert.Equal(["loop=1", "run0=2000", "signal1=\"stage2\"", "run2=1"], Events(tasks.GetProperty("producer"))[..4]);
        Assert.Equal(["loop=1", "lock0=\"stage2\"", "wait1={\"ref\":\"stage2\",\"mutex\":\"stage2\"}", "unlock2=\"stage2\"", "run3=2000", "signal4=\"stage3\""],
            Events(tasks.GetProperty("stage2")));
    }

    [Fact]
    public void AForkStormIsSaidToBeThreads()
    {
        var notes = RtAppWriter.Write(Build(ForkStorm(50 * Ms, 3 * Ms, 60)), new RtAppPlan(), Stream.Null);
        Assert.Equal(["rt-app cannot create tasks while it runs: stormling is 1 threads that run as often and as long as the 60 tasks did."], notes);
    }

    [Fact]
    public void InstancesHaveNamesThatLeadToTheirGroup()
    {
        Assert.Equal(["nginx", "nginx~2", "a-long-name-~12"], [RtAppNames.Of("nginx", 0), RtAppNames.Of("nginx", 1), RtAppNames.Of("a-long-name-abc", 11)]);
        Assert.Equal(["nginx", "nginx", "~2", "a~b"], [RtAppNames.GroupOf("nginx"), RtAppNames.GroupOf("nginx~2"), RtAppNames.GroupOf("~2"), RtAppNames.GroupOf("a~b")]);
    }

    [Fact]
    public void WhatRoundingLeavesIsNotLost()
    {
        var step = new WorkloadStep { Trigger = "Timer", Block = "Timer", IntervalNanoseconds = Ms, RunNanoseconds = 300 };
        var workload = Build(Periodic(20 * Ms, 2 * Ms, 20));
        using var json = Json(workload with { Tasks = [workload.Tasks[0] with { Steps = [.. Enumerable.Repeat(step, 10)] }] });
        Assert.Equal(3, Events(json.RootElement.GetProperty("tasks").GetProperty("periodic")).Count(one => one.StartsWith("run", StringComparison.Ordinal)));
    }

    [Fact]
    public void FioWritesAsOftenAndAsMuchAndSyncs()
    {
        var output = new MemoryStream();
        FioWriter.Write(Build(FsyncWriter(50 * Ms, 32, 80)), new FioPlan("/mnt/a:b") { Duration = TimeSpan.FromSeconds(3) }, output);
        Assert.Equal("""
            [global]
            ioengine=psync
            directory=/mnt/a\:b
            time_based=1
            runtime=3

            [writer-write]
            rw=write
            bs=16384
            size=1310720
            fsync=1
            rate_iops=20

            """, Encoding.UTF8.GetString(output.ToArray()));
    }

    [ProgramFact("rt-app")]
    public void RtAppRunsThem()
    {
        foreach (var workload in WorkloadFileTests.Some())
        {
            var folder = Directory.CreateTempSubdirectory("km-rtapp-").FullName;
            var file = Path.Combine(folder, "w.rtapp.json");
            using (var output = File.Create(file))
                RtAppWriter.Write(workload, new RtAppPlan { Duration = TimeSpan.FromSeconds(1), NanosecondsPerLoop = 50, LogDirectory = folder }, output);
            var said = Run("rt-app", file);
            Assert.DoesNotContain("error", said, StringComparison.Ordinal);
            Assert.DoesNotContain("crit", said, StringComparison.Ordinal);
            Assert.Contains("starting thread", said, StringComparison.Ordinal);
            Directory.Delete(folder, true);
        }
    }

    [ProgramFact("fio")]
    public void FioRunsThem()
    {
        var folder = Directory.CreateTempSubdirectory("km-fio-").FullName;
        var file = Path.Combine(folder, "w.fio");
        using (var output = File.Create(file))
            FioWriter.Write(Build(FsyncWriter(50 * Ms, 32, 80)), new FioPlan(folder) { Duration = TimeSpan.FromSeconds(1) }, output);
        Assert.Contains("err= 0", Run("fio", file), StringComparison.Ordinal);
        Directory.Delete(folder, true);
    }

    private static string Run(string program, string file)
    {
        // A run that hangs is killed, and fails.
        using var process = Process.Start(new ProcessStartInfo("timeout", ["-k", "5", "60", program, file])
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(file) })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return said;
    }

    private static JsonDocument Json(Workload workload)
    {
        var output = new MemoryStream();
        RtAppWriter.Write(workload, new RtAppPlan(), output);
        return JsonDocument.Parse(output.ToArray());
    }

    private static string[] Events(JsonElement task)
        => [.. task.GetProperty("phases").GetProperty("steps").EnumerateObject()
            .Select(one => $"{one.Name}={JsonSerializer.Serialize(one.Value)}".Replace("\\u003E", ">", StringComparison.Ordinal))];
}
