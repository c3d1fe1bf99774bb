using System.Text;
using KernelMagnifier.Engine.Tests.Cases;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.TraceCmdReport;

namespace KernelMagnifier.Engine.Tests.TraceCmdReport;

/// <summary>The layouts of trace-cmd report: options, old and new versions, instances, messages.</summary>
public class ReportTextTests
{
    private const string Long = "a-1 [000] 1.0";

    [Theory]
    [InlineData("     {0}-77    [002]     5.000001: function:             inner <-- outer")]
    [InlineData("     {0}-77    [002] d.s2.     5.000001: function:             inner <-- outer")]
    [InlineData("     {0}-77    [002] d.s21.     5.000001: function:             inner <-- outer")]
    [InlineData("     {0}-77    [002]     5.000001000: function:                inner <-- outer")]
    [InlineData("     {0}-77    [002]     5.000001: (+203)   function:             inner <-- outer")]
    [InlineData("     {0}-77    [002]     5.000001:          function:             inner <-- outer")]
    [InlineData("     {0}-77    [002]     5.000001: function:              ip=inner parent_ip=outer")]
    [InlineData("     {0}-77    [002]-0x11     5.000001: function:              inner <-- outer")]
    [InlineData("     {0}-77    [002]     5.000001: function:             inner+0x0  <-- outer+0x1c ")]
    [InlineData("     {0}-77    [002]     5.000001: function:             inner(a=1, b=0x2) <-- outer")]
    public void TheFunctionTracerIsReadInEveryLayout(string line)
    {
        foreach (var comm in new[] { "      bash", Long[..11] })
        {
            var lines = string.Concat(Enumerable.Repeat(line.Replace("{0}", comm.PadLeft(11), StringComparison.Ordinal) + "\n", 3));
            var read = Read("cpus=4\n" + lines);
            Assert.Equal(Enumerable.Repeat($"5.000001 2 77 {comm.Trim()} inner<-outer", 3), read.Calls);
            Assert.Equal((0L, 0L, 4), (read.Info.NotParsed, read.Info.Events, read.Info.Cpus));
        }
    }

    [Fact]
    public void LatencyFormatHasEightBytesOfTheComm()
    {
        var read = Read("cpus=128\nkworker/-12345 127dNh3.   205.000001: function:             f <-- g\n  <idle>-0     127...1.   205.000002: function:             f <-- g\n");
        Assert.Equal(["205.000001 127 12345 kworker/ f<-g", "205.000002 127 0 <idle> f<-g"], read.Calls);
        Assert.Equal(0, read.Info.NotParsed);
    }

    [Fact]
    public void ClocksThatCountHaveNoSpaceBeforeALongTime()
    {
        var text = "cpus=2\n            bash-9     [001]214887038247: function:             f <-- g\n            bash-9     [001] d.h2.214887038248: function:             f <-- g\n"
            + "            bash-9     [001]         1234: function:             f <-- g\n";
        var read = Read(text);
        Assert.Equal(3, read.Calls.Count);
        Assert.Equal((1234, 214887038248), (read.Info.FirstTimestamp, read.Info.LastTimestamp));
        Assert.Equal(ClockUnit.Counts, read.Info.Unit);
    }

    [Theory]
    [InlineData("  4.500 us   |  ", "", "")]
    [InlineData("  4.500 us   |  ", "", " (0)")]
    [InlineData("  4.500 us   |  ", " /* outer */", "")]
    [InlineData("  4.500 us   |  ", " /* outer */", " (0) (ret=0x0)")]
    [InlineData("  4.500 us   |  ", "", " (ret=-22)")]
    public void FunctionGraphIsReadWithEveryOption(string duration, string tail, string suffix)
    {
        var depth = suffix.StartsWith(" (0)", StringComparison.Ordinal);
        var text = Graph("funcgraph_entry:                   |  outer(a=5) {" + (depth ? " (0)" : ""))
            + Graph("funcgraph_entry:      ! 101.250 us |    leaf();" + (depth ? " (1)" : "") + (suffix.Contains("ret=", StringComparison.Ordinal) ? " (ret=0x7)" : ""))
            + Graph("funcgraph_exit:       " + duration + "}" + tail + suffix);
        var read = Read(text);
        Assert.Equal(["7.000000 0 5 t outer<- 4500/0 0", "7.000000 0 5 t leaf<-outer 101250/101250 1"], read.Calls);
        Assert.Equal((1L, 0L), (read.Info.EventKinds["funcgraph_exit"], read.Info.NotParsed));
    }

    [Fact]
    public void ReturnAddressesAreCallers()
    {
        var read = Read(Graph("fgraph_retaddr_entry:                   |      mid() /* <-far */ {") + Graph("fgraph_retaddr_entry:   0.500 us    |        leaf(); /* <-other */ (ret=0x0)"));
        Assert.Equal(["7.000000 0 5 t mid<-far -1/-1 2", "7.000000 0 5 t leaf<-other 500/500 3"], read.Calls);
        Assert.Equal(0, read.Info.NotParsed);
    }

    [Fact]
    public void RawAndTracerTextAreRead()
    {
        var raw = Read(Graph("funcgraph_entry:       func=f depth=0") + Graph("funcgraph_exit:        func=f depth=0 overrun=0 calltime=302a248739 rettime=302a24873f"));
        Assert.Equal(["7.000000 0 5 t f<- 6/6 0"], raw.Calls);
        var tracer = Read(Graph("funcgraph_entry:      --> f (0)") + Graph("funcgraph_exit:       <-- f (0) (start: 302a248739  end: 302a248741) over: 0"));
        Assert.Equal(["7.000000 0 5 t f<- 8/8 0"], tracer.Calls);
    }

    [Fact]
    public void AddressesWithoutASymbolAreNamedAsInATraceDat()
    {
        var read = Read(Graph("funcgraph_entry:        0.376 us   |  ffffffffc0439083();") + "               t-5     [000]     7.000000: function:             0xffffffffc0439083 <-- 0xffffffffc0439001\n"
            + "               t-5     [000]     7.000000: function:             0xffffffffc0439083vfs_read\n");
        Assert.Equal(
            ["7.000000 0 5 t 0xffffffffc0439083<- 376/376 0", "7.000000 0 5 t 0xffffffffc0439083<-0xffffffffc0439001", "7.000000 0 5 t 0xffffffffc0439083<-vfs_read"],
            read.Calls);
    }

    [Fact]
    public void AReturnAfterALossIsOfNoKnownCall()
    {
        var read = Read(Graph("funcgraph_entry:                   |  outer() {") + "CPU:0 [EVENTS DROPPED]\n" + Graph("funcgraph_entry:        1.000 us   |    inner();")
            + Graph("funcgraph_exit:         9.000 us   |  }"));
        Assert.Equal(["7.000000 0 5 t outer<- -1/-1 0", "7.000000 0 5 t inner<- 1000/1000 1"], read.Calls);
    }

    [Fact]
    public void InstancesHaveStacksOfTheirOwn()
    {
        // The line after a loss has no column for the instance.
        const string Prefix = "               t-5     [000]     7.000000: ";
        var read = Read("cpus=1\n"
            + $"       {Prefix}funcgraph_entry:                   |  outer() {{\n"
            + $"inner: {Prefix}funcgraph_entry:                   |  other() {{\n"
            + $"       {Prefix}funcgraph_entry:        0.100 us   |    leaf();\n"
            + $"inner: CPU:0 [3 EVENTS DROPPED]\n{Prefix}funcgraph_entry:                   |    below() {{\n"
            + $"       {Prefix}funcgraph_exit:         2.000 us   |  }}\n");
        Assert.Equal(
            ["7.000000 0 5 t outer<- 2000/1900 0", "7.000000 0 5 t other<- -1/-1 0", "7.000000 0 5 t leaf<-outer 100/100 1", "7.000000 0 5 t below<- -1/-1 1"],
            read.Calls);
        Assert.Equal((3L, 0L), (read.Info.LostEvents, read.Info.NotParsed));
    }

    [Fact]
    public void MessagesStacksAndTextOfSeveralLinesAreNoDamage()
    {
        var read = Read("trace-cmd: No such file or directory\n  [kvmmmu:kvm_mmu_get_page] function is_writable_pte not defined\nversion = 6\nCPU 1 is empty\ncpus=2\n"
            + "               t-5     [000]     7.000000: kernel_stack:         <stack trace>\n=> schedule (ffffffffa9852e2a)\n=> ffffffffc0439083\n"
            + "               t-5     [000]     7.000001: print:                tracing_mark_write: one\n  two\nthree\n"
            + "               t-5     [000]     7.000002: jbd2_run_stats:       [FAILED TO PARSE] dev=1\n"
            + "               t-5     [000]     7.000003: sched_switch:         a:1 [120] S ==> b:2 [120] Latency: 12.500 usecs\n"
            + "\nAverage wakeup latency: 4.100 usecs\nMaximum Latency: 9.000 usecs at timestamp: 7.000003\nMinimum Latency: 1.000 usecs at timestamp: 7.000003\n\n");
        Assert.Equal((4L, 0L, 2), (read.Info.Events, read.Info.NotParsed, read.Info.Cpus));
        Assert.Empty(read.Info.Warnings);
    }

    [Fact]
    public void WhatIsNoReportLineIsCounted()
    {
        var read = Read("23: function: cut\n               t-5     [000]     7.000000: function:             f <-- g\nnoise\n"
            + "               t-5     [000]     7.000000: function:             !\n[UNKNOWN EVENT][UNKNOWN EVENT] (NULL):               [UNKNOWN EVENT]\n");
        Assert.Single(read.Calls);
        Assert.Equal(4, read.Info.NotParsed);
        Assert.Equal(1, read.Info.NotParsedKinds["event without a format"]);
        Assert.Equal(1, read.Info.NotParsedKinds["call of unknown form"]);
    }

    [Fact]
    public void CallsWithoutCallersAreExplained()
        => Assert.Contains("trace-cmd report -O parent=1", Assert.Single(Read("               t-5     [000]     7.000000: function:             f\n").Info.Warnings), StringComparison.Ordinal);

    [Fact]
    public void ATextWithoutPaddingIsRead()
    {
        var read = Read("cpus=2\nbash-12 [001] 7.000000: function:             f <-- g\nkworker/0:1-3 [000] 7.000001: function:             f <-- g\n");
        Assert.Equal(["7.000000 1 12 bash f<-g", "7.000001 0 3 kworker/0:1 f<-g"], read.Calls);
    }

    [Theory]
    [InlineData("            bash-9     [001] d..2.   214.887038: sched_switch: prev_comm=bash\n")]
    [InlineData("            bash-9     [001] d..2.   214.887038: f <-g\n")]
    [InlineData("# tracer: wakeup\n            bash-9     [001]   214.887038: function:             f <-- g\n")]
    public void TextOfTheKernelIsNoReport(string text) => Assert.False(TraceCmdReportReader.Recognizes(Encoding.UTF8.GetBytes(text)));

    private static string Graph(string text) => $"               t-5     [000]     7.000000: {text}\n";

    private static PerfAndReportCaseTests.Result Read(string text)
    {
        using (var reader = TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test")) Assert.IsType<TraceCmdReportReader>(reader);
        return PerfAndReportCaseTests.Result.Of(text);
    }
}
