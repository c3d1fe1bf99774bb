using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>What an interval knows besides its start and end.</summary>
public sealed class IntervalTests
{
    [Fact]
    public void AWakeUpKnowsItsWakerAndWhereTheTaskRan()
    {
        var intervals = new FakeEvents()
            .At(100).Switch(1, 0, "R", 7).At(200).Switch(1, 7, "S", 0)
            .At(300).Event("sched_waking", 0, 42, "t7", 7).At(340).Event("sched_wakeup", 0, 42, "t7", 7)
            .At(400).Switch(2, 0, "R", 7).End();
        var wakeup = Assert.Single(intervals.All, i => i.Kind == IntervalKind.Wakeup);
        Assert.Equal((300, 400, 7, IntervalBasis.Waking), (wakeup.Start, wakeup.End, wakeup.ProcessId, wakeup.Basis));
        Assert.Equal((42, ExecutionContext.SoftIrq, 40), (wakeup.Waker, wakeup.WakerContext, wakeup.Placement));
        Assert.Equal((0, 2, 1), (wakeup.StartCpu, wakeup.Cpu, wakeup.PreviousCpu));
        Assert.Equal("t7", intervals.Names.Comm(7));
    }

    /// <summary>The table of tasks grows at powers of two: an index that was found before must not be used with the table before.</summary>
    [Fact]
    public void ALossWhileACpuIdlesIsOfNoTask()
    {
        for (var tasks = 1; tasks <= 260; tasks++)
        {
            var events = new FakeEvents();
            for (var task = 1; task <= tasks; task++) events.At(task * 10).Switch(0, task == 1 ? 0 : task - 1, task == 1 ? "R" : "S", task);
            var intervals = events.At(10_000).Switch(0, tasks, "S", 0).Lost(0).At(10_010).Switch(0, 0, "R", 1)
                .At(10_020).Event("sched_wakeup", 0, 0, $"t{tasks + 1}", tasks + 1).End();
            Assert.Equal(tasks, intervals.All.Count(i => i.Kind == IntervalKind.OnCpu));
        }
    }

    [Fact]
    public void AWakeUpBeforeTheSwitchOutStartsThere()
    {
        var intervals = new FakeEvents()
            .At(100).Switch(1, 0, "R", 7).At(150).Event("sched_waking", 0, 42, "t7", 7).At(200).Switch(1, 7, "S", 0)
            .At(260).Event("sched_wakeup", 0, 42, "t7", 7).At(300).Switch(1, 0, "R", 7).End();
        var wakeup = Assert.Single(intervals.All, i => i.Kind == IntervalKind.Wakeup);
        Assert.Equal((200, 300, IntervalBasis.RaceRepaired, 60), (wakeup.Start, wakeup.End, wakeup.Basis, wakeup.Placement));
        Assert.Equal(1, intervals.Accounts[IntervalKind.Wakeup].Parts["raced"]);
    }

    [Fact]
    public void ASystemCallIsSplit()
    {
        var intervals = new FakeEvents()
            .At(100).Switch(0, 0, "R", 7).At(110).Event("sys_enter", 0, 7, 0)
            .At(115).Switch(0, 7, "R+", 9).At(125).Switch(0, 9, "S", 7)
            .At(130).Switch(0, 7, "S", 0).At(150).Event("sched_waking", 0, 0, "t7", 7).At(157).Switch(0, 0, "R", 7)
            .At(160).Event("sys_exit", 0, 7, 0).End();
        var call = Assert.Single(intervals.All, i => i.Kind == IntervalKind.Syscall);
        Assert.Equal((13, 17, 20), (call.OnCpu, call.Runnable, call.Blocked));
        Assert.Equal("0", intervals.Names.Key(call.Key));
    }

    [Fact]
    public void ASystemCallWithoutSchedulerEventsIsNotSplit()
    {
        var call = Assert.Single(new FakeEvents().At(110).Event("sys_enter", 0, 7, 1).At(160).Event("sys_exit", 0, 7, 1).End().All);
        Assert.Equal((IntervalRecord.Unknown, IntervalRecord.Unknown, IntervalRecord.Unknown), (call.OnCpu, call.Runnable, call.Blocked));
    }

    [Fact]
    public void NetTimeIsWithoutWhatInterrupted()
    {
        var intervals = new FakeEvents()
            .At(100).Event("softirq_entry", 0, 7, 1).At(110).Event("timer_expire_entry", 0, 7, 0x1000, "f")
            .At(120).Event("local_timer_entry", 0, 7, 236).At(125).Event("irq_handler_entry", 0, 7, 9, "disk")
            .At(128).Event("irq_handler_exit", 0, 7, 9).At(130).Event("local_timer_exit", 0, 7, 236)
            .At(140).Event("timer_expire_exit", 0, 7, 0x1000).At(170).Event("softirq_exit", 0, 7, 1).End();
        var net = intervals.All.ToDictionary(i => i.Kind, i => (i.Length, i.OnCpu));
        Assert.Equal((3, 3), net[IntervalKind.Irq]);
        Assert.Equal((10, 7), net[IntervalKind.IrqVector]);
        Assert.Equal((30, 20), net[IntervalKind.Timer]);
        Assert.Equal((70, 60), net[IntervalKind.SoftIrq]);
        Assert.Equal("9/disk", intervals.Names.Key(intervals.All.Single(i => i.Kind == IntervalKind.Irq).Key));
    }

    [Fact]
    public void OfBothKindsOfSystemCallEventsTheRawOnesCount()
    {
        var intervals = new FakeEvents()
            .At(10).Event("sys_enter_read", 0, 7).At(20).Event("sys_exit_read", 0, 7)
            .At(30).Event("sys_enter_read", 0, 7).At(31).Event("sys_enter", 0, 7, 0).At(39).Event("sys_exit", 0, 7, 0)
            .At(40).Event("sys_exit_read", 0, 7).End();
        var call = Assert.Single(intervals.All);
        Assert.Equal((31, 39, "0"), (call.Start, call.End, intervals.Names.Key(call.Key)));
        Assert.Equal(1, intervals.Accounts[IntervalKind.Syscall].Starts);
    }

    [Fact]
    public void WithoutRawOnesTheNamedOnesCount()
    {
        var intervals = new FakeEvents()
            .At(10).Event("sys_enter_read", 0, 7).At(15).Event("irq_handler_entry", 0, 7, 9, "disk").At(17).Event("irq_handler_exit", 0, 7, 9)
            .At(20).Event("sys_exit_read", 0, 7).At(30).Event("irq_handler_entry", 0, 7, 9, "disk").At(37).Event("irq_handler_exit", 0, 7, 9).End();
        Assert.Equal([17, 20, 37], intervals.All.Select(i => i.End));
        Assert.Equal("read", intervals.Names.Key(intervals.All[1].Key));
        Assert.Equal(1, intervals.Accounts[IntervalKind.Syscall].Count);
    }

    [Fact]
    public void AFlushEndsAtAnotherSector()
    {
        var intervals = new FakeEvents()
            .At(10).Event("block_rq_issue", 0, 7, (254 << 20) | 1, 0, "FF").At(30).Event("block_rq_complete", 1, 0, (254 << 20) | 1, -1, "FF").End();
        var flush = Assert.Single(intervals.All);
        Assert.Equal((10, 30, 7, "254,1"), (flush.Start, flush.End, flush.ProcessId, intervals.Names.Key(flush.Key)));
    }

    [Fact]
    public void AMissingEventIsNamed()
    {
        Assert.Empty(IntervalNeeds.Missing(IntervalKind.Wakeup, ["sched_wakeup", "sched_switch"]));
        Assert.Equal([["sched:sched_waking", "sched:sched_wakeup"]], IntervalNeeds.Missing(IntervalKind.Wakeup, ["sched_switch"]));
        Assert.Equal([["raw_syscalls:sys_exit", "syscalls:sys_exit_*"]], IntervalNeeds.Missing(IntervalKind.Syscall, ["sys_enter_read"]));
    }

    [Fact]
    public void ManyTasksAreBounded()
    {
        var events = new FakeEvents();
        for (var pid = 1; pid < 300_000; pid++) events.At(pid).Event("sched_waking", 0, 1, "t", pid);
        var account = events.End().Accounts[IntervalKind.Wakeup];
        Identities.Check(IntervalKind.Wakeup, account);
        Assert.Equal((299_999, 262_143), (account.Starts, account.OpenAtEnd));
    }
}
