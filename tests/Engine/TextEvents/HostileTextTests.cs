using System.Globalization;
using System.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>Texts that no kernel prints, or that a task writes to be misread.</summary>
public class HostileTextTests
{
    private const string Header = "# tracer: nop\n#\n";

    [Fact]
    public void MoreKindsThanAnyKernelHasAreCountedAndSaid()
    {
        var text = new StringBuilder(Header);
        for (var i = 0; i < 6000; i++) text.Append(CultureInfo.InvariantCulture, $"            a-1       [000] d..2.     1.000001: event{i}: x=1\n");
        using var reader = Open(text.ToString());
        var log = EventReadingTests.Read(reader);
        Assert.Equal(6000, log.Events.Count);
        Assert.Equal(6000 - 4095, log.Events.Count(happened => happened.Name == "(more kinds)"));
        Assert.Contains(reader.Info.Warnings, warning => warning.Contains("1,905 events of further kinds", StringComparison.Ordinal));
    }

    [Fact]
    public void TaskNamesWithFakeLinesStayInTheirFields()
    {
        using var reader = Open(Header
            + "            a-1       [000] d..2.     1.000001: sched_switch: prev_comm=x prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=\n"
            + "CPU:1 [LOST x] next_pid=2 next_prio=120\n"
            + "            b-2       [000] d..2.     1.000002: sched_waking: comm=b-2 [0 pid=3 prio=120 target_cpu=000\n");
        var log = EventReadingTests.Read(reader);
        Assert.Equal(("\nCPU:1 [LOST x]", 2L), (log.Events[0].Fields["next_comm"], log.Events[0].Fields["next_pid"]));
        Assert.Equal(("b-2 [0", 3L), (log.Events[1].Fields["comm"], log.Events[1].Fields["pid"]));
        Assert.Empty(log.Losses);
    }

    [Theory]
    [InlineData("sched_switch")]
    [InlineData("timer_start")]
    [InlineData("block_rq_issue")]
    [InlineData("other")]
    public void LinesOfAMegabyteTakeBoundedTime(string name)
    {
        foreach (var part in new[] { " pid=1 prev_pid=2 next_comm=", "function=", " (", "=", "8,0 W 1 ( ) " })
        {
            var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length)));
            var schema = new TextEventSchema(EventSystems.Of(name), name);
            Assert.True(schema.Decode(body).Count <= 512);
            Assert.Null(schema.Reader("nothing").Number(body));
        }
    }

    [Fact]
    public void NumbersOutOfRangeAreText()
    {
        var schema = new TextEventSchema(null, "e");
        var fields = schema.Decode("a=99999999999999999999999 b=-99999999999999999999 c=0x11111111111111111 d=18446744073709551615"u8);
        Assert.Equal(["99999999999999999999999", "-99999999999999999999", "0x11111111111111111", 18446744073709551615UL], fields.Select(field => field.Value));
    }

    [Fact]
    public void LossesOfPerfAreReported()
    {
        using var reader = Open("a     1 [000]     1.000000: sched:x: \n\tffffffff8e95d97a b\n\nx     0 [001]     2.000000: PERF_RECORD_LOST lost 12\n"
            + "a     1 [001]     3.000000: sched:x: a=1\n\tffffffff8e95d97a b\n\n");
        var log = EventReadingTests.Read(reader);
        Assert.Equal([(1, 12L, 1_000_000_000L, 3_000_000_000L)], log.Losses.Select(loss => (loss.Cpu, loss.Count ?? -1, loss.After, loss.Time)));
    }

    [Theory]
    [InlineData("sys_write(fd: 3, s: \"a)\")", "fd: 3, s: \"a)\"")]
    [InlineData("sys_write(fd: (3))", "fd: (3)")]
    [InlineData("sys_write()", "")]
    public void OnlyOneParenthesisEndsASystemCall(string body, string expected)
    {
        using var reader = Open($"{Header}            a-1       [000] d..2.     1.000001: {body}\n");
        Assert.Equal([expected], EventReadingTests.Read(reader).Events.Select(happened => happened.Message));
    }

    private static TraceReader Open(string text) => TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t");
}
