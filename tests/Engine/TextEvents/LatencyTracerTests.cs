using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>The text of the tracers that measure latencies themselves.</summary>
public class LatencyTracerTests
{
    [SharedDataTheory]
    [InlineData("wakeup.txt", 5_480_000, 1, 27, "rcuc/1")]
    [InlineData("wakeup_rt.txt", 4_412_000, 0, 15, "ktimers/0")]
    [InlineData("wakeup_rt-graph.txt", 3_905_000, 0, 15, "ktimers/0")]
    [InlineData("wakeup_rt-nofunction.txt", 12_677_000, 0, 1018, ".NET TP Worker")]
    public void TheHeaderIsPartOfTheDescription(string name, long nanoseconds, int cpu, int processId, string comm)
    {
        using var reader = TraceFile.Open(SharedData.Shared($"latency/tracers/{name}.zst"));
        reader.ReadOnce(new EventLog(), null, null, default);
        var info = reader.Info;
        Assert.Equal((nanoseconds, cpu, processId, comm), (info.LatencyNanoseconds, info.LatencyCpu, info.LatencyProcessId, info.LatencyComm));
        Assert.Equal((null, null), (info.LatencyStartedAt, info.LatencyEndedAt));
    }

    [Fact]
    public void StartAndEndAreFunctions()
    {
        const string Text = """
            # tracer: irqsoff
            #
            # irqsoff latency trace v1.1.5 on 3.8.0-test+
            # --------------------------------------------------------------------
            # latency: 16 us, #4/4, CPU#0 | (M:preempt VP:0, KP:0, SP:0 HP:0 #P:4)
            #    -----------------
            #    | task: a-b (uid: -x-0 (uid:0 nice:0 policy:0 rt_prio:0)
            #    -----------------
            #  => started at: run_timer_softirq
            #  => ended at:   run_timer_softirq+0x10
            #
                  ps-6143    2d...    0us!: trace_hardirqs_off_thunk <-save_args

            """;
        using var reader = TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(Text)), "t");
        var info = reader.ReadOnce(new EventLog(), null, null, default);
        Assert.Equal(new TracerLatency(16_000, 0, 0, "a-b (uid: -x", "run_timer_softirq", "run_timer_softirq+0x10"), info.Latency);
    }

    [SharedDataFact]
    public void RowsOfHwlatAreEvents()
    {
        var log = EventReadingTests.Read(SharedData.Shared("latency/tracers/hwlat.txt.zst"), 1);
        Assert.Equal(["1,345,429,1795865957841410220,347", "2,12982,17481,1795865958877595260,103", "3,14517,14799,1795865960369298250,42", "4,9998,16941,1795865961790807300,49"],
            log.Events.Select(row => string.Join(',', row.Fields.Values)));
        Assert.Equal("ftrace:hwlat seqnum duration outer_duration timestamp count",
            log.Events[0].Schema + " " + string.Join(' ', log.Events[0].Fields.Keys));
    }
}
