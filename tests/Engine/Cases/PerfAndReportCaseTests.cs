using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Cases;

/// <summary>Small inputs of public layouts of perf script, simpleperf and trace-cmd report, with results computed by hand.</summary>
public class PerfAndReportCaseTests
{
    private const string Kernel = "([kernel.kallsyms])";

    [Fact]
    public void TheHeaderOfPerfScriptIsNoPartOfAComm()
    {
        var text = "# ========\n# hostname : lamp\n#\n" + File.ReadAllText(SharedData.Local("cases/09-perf-mixed-fields.txt"));
        using var reader = TraceFile.Open(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "test");
        var calls = new OrderedCalls();
        reader.Read(calls);
        Assert.All(calls.Calls, call => Assert.Equal("bit", calls.Names.Tasks[call.Task].Comm));
    }

    [Fact]
    public void OnlyTracepointsHaveACpuWithoutAllCpus()
    {
        var read = Result.OfCase("09-perf-mixed-fields.txt");
        Assert.Equal(
        [
            "880.000101 3 7031 bit turn_over<-give_way", "880.000202 -1 7031 bit fill_zero<-read_call", "880.000303 -1 7031 bit fill_zero<-read_call",
            "880.000404 -1 7031 bit fill_zero<-read_call", "880.000505 -1 7031 bit fill_zero<-read_call",
        ], read.Calls);
        Assert.Equal([((int?)null, 4L), (3, 1L)], read.Info.PerCpu.Select(c => (c.Cpu, c.Calls)));
        Assert.Equal(0, read.Info.NotParsed);
        Assert.Equal(5, Result.OfCase("09-perf-mixed-fields.txt", new CallFilter { ProcessId = [7031] }).Calls.Count);
        Assert.Equal(5, Result.OfCase("09-perf-mixed-fields.txt", new CallFilter { Comm = ["bit"] }).Calls.Count);
    }

    [Theory]
    [InlineData("a b c d e f 7 8")]
    [InlineData("x")]
    [InlineData("1 2.000000: y")]
    [InlineData("kworker/u8:2-ev")]
    public void MixedFieldsAreReadWithAnyCommAndWithMisc(string comm)
    {
        foreach (var misc in new[] { "", " K", " KH" })
        {
            var frames = $"\tffffffff81000010 inner+0x10 {Kernel}\n\tffffffff81000020 outer+0x10 {Kernel}\n\n";
            var rare = $"{comm} 91/92 [012]{misc}  1.000001: sched:sched_switch: prev_comm=x\n{frames}";
            var often = $"{comm} 91/92{misc}  1.000002:   250000 cpu-clock: \n{frames}";
            var read = Result.Of(string.Concat(Enumerable.Repeat(often, 20)) + rare + often);
            Assert.Equal(0, read.Info.NotParsed);
            Assert.Equal(22, read.Calls.Count);
            Assert.Equal($"1.000001 12 92 {comm} inner<-outer", read.Calls[20]);
            Assert.Equal($"1.000002 -1 92 {comm} inner<-outer", read.Calls[21]);
        }
    }

    [Fact]
    public void SimpleperfEndsTheCommWithATab()
    {
        var read = Result.OfCase("12-simpleperf.txt");
        Assert.Equal(
        [
            "7712.400118 5 31044 PaintThread turn_over<-give_way", "7712.401230 2 31010 org.example.paint.service turn_over<-give_way",
            "7712.402233 2 31077 Low turn_over<-give_way",
        ], read.Calls);
        Assert.Equal([31010, 31010, null], read.GroupIds);
        Assert.Equal(2, read.Info.Cpus);
        Assert.Equal(0, read.Info.NotParsed);
    }

    [Fact]
    public void SimpleperfWithLongNamesOnlyIsRead()
    {
        var read = Result.Of("RenderThread of a long name\t812/900 [0] 5.000007:\t\t1 cpu-cycles:u:\n"
            + "\t      7b0da4f360 draw (/data/app/base.apk!lib.so)\n\nAnother one\t813 [001] 5.000008: 2 cpu-cycles:k:\n"
            + "\tffffff9c80010010 a ([kernel.kallsyms])\n\tffffff9c80010120 b ([kernel.kallsyms])\n\n");
        Assert.Equal(["5.000008 1 813 Another one a<-b"], read.Calls);
        Assert.Equal(1, read.Info.EventKinds["cpu-cycles:u"]);
        Assert.Equal(0, read.Info.NotParsed);
    }

    [Fact]
    public void ReportsOfTheFunctionTracerAreRead()
    {
        var read = Result.OfCase("13-tracecmd-report-function.txt");
        Assert.Equal(
        [
            "1502.100001 3 6021 loom weft_lock<-loom_queue", "1502.100002 3 6021 loom weft_count<-weft_lock", "1502.100005 1 0 <idle> loom_find<-",
        ], read.Calls);
        Assert.Equal((1, 1205L, 4, 0L), (read.Info.Events, read.Info.LostEvents, read.Info.Cpus, read.Info.NotParsed));
        Assert.Equal(1205, read.Info.PerCpu.Single(c => c.Cpu == 1).LostEvents);
        Assert.Equal(1, read.Info.EventKinds["sched_waking"]);
    }

    [Fact]
    public void ReportsOfTheFunctionGraphTracerAreRead()
    {
        var read = Result.OfCase("14-tracecmd-report-graph.txt");
        Assert.Equal(
        [
            "204.330001 10 6021 loom weft_open<- 2311700/16285 0", "204.330003 10 6021 loom weft_peek<-weft_open 376/376 1",
            "204.330004 10 6021 loom weft_turn<-weft_open 215559/215559 1", "204.330230 10 6021 loom weft_drop<-weft_open 2079480/2079480 1",
        ], read.Calls);
        Assert.Equal((3, 12, 0L, 0L), (read.Info.Events, read.Info.Cpus, read.Info.NotParsed, read.Info.LostEvents));
        Assert.Equal((1L, 2L), (read.Info.EventKinds["irq_handler_entry"], read.Info.EventKinds["funcgraph_exit"]));
        Assert.Equal([10], read.Info.PerCpu.Select(c => c.Cpu));
    }

    [Fact]
    public void KernelFramesWithoutNamesAreReported()
    {
        var read = Result.OfCase("24-perf-kernel-names-unknown.txt");
        Assert.Empty(read.Calls);
        Assert.Equal(2, read.Info.EventKinds["cycles"]);
        var warning = Assert.Single(read.Info.Warnings);
        Assert.StartsWith("2 samples have kernel frames without names", warning, StringComparison.Ordinal);
        Assert.Contains("run perf script as root", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void AFrameWithoutNameAmongNamedOnesIsNoReasonToWarn()
    {
        var read = Result.Of($"a 1 [000] 1.000001: 1 cycles: \n\tffffffffc0000010 [unknown] ([unknown])\n\tffffffff81000010 x {Kernel}\n"
            + $"\tffffffff81000020 y {Kernel}\n\nb 2 [000] 1.000002: 1 cycles: \n\t      7f0010 [unknown] (/bin/b)\n\n");
        Assert.Equal(["1.000001 0 1 a x<-y"], read.Calls);
        Assert.DoesNotContain(read.Info.Warnings, w => w.Contains("without names", StringComparison.Ordinal));
    }

    /// <summary>The calls of a text in order.</summary>
    internal sealed class Result : CallSink
    {
        private CallNames _names = null!;

        public List<string> Calls { get; } = [];

        public List<int?> GroupIds { get; } = [];

        public TraceInfo Info { get; private set; } = null!;

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public static Result OfCase(string file, CallFilter? filter = null) => Of(File.ReadAllBytes(SharedData.Local($"cases/{file}")), filter);

        public static Result Of(string text) => Of(Encoding.UTF8.GetBytes(text), null);

        public static Result Of(byte[] text, CallFilter? filter)
        {
            using var reader = TraceFile.Open(new MemoryStream(text), "test");
            var result = new Result();
            reader.Read(result, filter);
            result.Info = reader.Info;
            return result;
        }

        public override void Begin(TraceContext context) => _names = TestContexts.NamesOf(context);

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (ref readonly var call in calls)
            {
                var task = _names.Tasks[call.Task];
                GroupIds.Add(task.ThreadGroupId);
                var line = string.Create(CultureInfo.InvariantCulture, $"{call.Time / 1e9:f6} {call.Cpu} {task.ProcessId} {task.Comm} {_names.Functions[call.Function].Name}<-{_names.Functions[call.Caller].Name}");
                Calls.Add(call.Depth == CallRecord.NoDepth ? line
                    : string.Create(CultureInfo.InvariantCulture, $"{line} {call.Duration}/{call.SelfDuration} {call.Depth}"));
            }
        }
    }
}
