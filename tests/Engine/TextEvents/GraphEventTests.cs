using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>The events in the comments of function_graph text.</summary>
public class GraphEventTests
{
    [SharedDataFact]
    public void EventsAreThoseBetweenTheCalls()
    {
        var calls = new OrderedCalls();
        using var reader = TraceFile.Open(SharedData.Shared("graph/fg-events.txt.zst"));
        var log = EventReadingTests.Read(reader, calls);
        Assert.Equal("sched_switch:11 sched_waking:7 softirq_entry:10 softirq_exit:10 softirq_raise:10",
            string.Join(' ', log.Events.GroupBy(happened => happened.Name).Select(group => $"{group.Key}:{group.Count()}").Order(StringComparer.Ordinal)));
        Assert.Equal(48, reader.Info.Events);
        Assert.Equal(reader.Info.Calls, calls.Calls.Count);
        Assert.DoesNotContain(reader.Info.Warnings, warning => warning.Contains("events", StringComparison.Ordinal));
        Assert.All(log.Events, happened => Assert.True(happened.Cpu is 0 or 1));
        var waking = log.Events.First(happened => happened.Name == "sched_waking");
        Assert.Equal(("sched", "comm=rcu_preempt pid=15 prio=120 target_cpu=000", 15L), (waking.System, waking.Message, waking.Fields["pid"]));
    }

    [Fact]
    public void TimeTaskTextStackAndLossesAreRead()
    {
        const string Text = """
            # tracer: function_graph
            #
            #     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS
            #      |          |     |    |           |   |                     |   |   |   |
                1.000001 |   0)     wl-219     |               |  f() {
                1.000002 |   0)     wl-219     |               |    /* sched_waking: comm=a b pid=15 prio=120 target_cpu=001 */
                1.000003 |   0)     wl-219     |   0.892 us    |    g();
                1.000004 |   0)     wl-219     |               |    /* two

             lines */
                1.000005 |   0)     wl-219     |               |    /* softirq_raise: vec=1 [action=TIMER] */
                          wl-219     [000] .....     1.000005: <stack trace>
             => raise_softirq
             => f
                1.000006 |   0)     wl-219     |               |    /* softirq_raise: vec=2 [action=NET_TX] */
                          wl-219     [001] .....     1.000006: <stack trace>
             => other
            CPU:1 [LOST 7 EVENTS]
                1.000007 |   1)    <idle>-0    |               |  /* sys_read(fd: 3, x: (f)) */
                1.000008 |   0)     wl-219     |   7.000 us    |  }

            """;
        var calls = new OrderedCalls();
        using var reader = TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(Text)), "t");
        var log = EventReadingTests.Read(reader, calls);
        Assert.Equal(
        [
            "1000002000 0 wl-219 Unknown sched:sched_waking [comm=a b pid=15 prio=120 target_cpu=001]",
            "1000004000 0 wl-219 Unknown ftrace:print [two\n\n lines]",
            "1000005000 0 wl-219 Unknown irq:softirq_raise [vec=1 [action=TIMER]] raise_softirq;f",
            "1000006000 0 wl-219 Unknown irq:softirq_raise [vec=2 [action=NET_TX]]",
            "1000007000 1 lost 7",
            "1000007000 1 <idle>-0 Unknown syscalls:sys_enter_read [fd: 3, x: (f)]",
        ], log.Lines);
        Assert.Equal(2, calls.Calls.Count);
    }
}
