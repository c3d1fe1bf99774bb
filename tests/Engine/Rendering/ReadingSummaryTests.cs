using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>The lines about a reading that both faces print.</summary>
public sealed class ReadingSummaryTests
{
    [Fact]
    public void A_complete_reading_has_nothing_but_details()
    {
        var summary = ReadingSummary.Of(new TraceInfo("a/x.dat") { Format = "trace.dat", Cpus = 1, Calls = 1234 });
        Assert.Null(summary.Line);
        Assert.False(summary.HasMore);
        Assert.Equal(["a/x.dat: trace.dat, 1,234 calls, 0 events, 1 CPU"], summary.Details);
    }

    [Fact]
    public void Losses_are_in_one_line_with_their_share_and_reasons()
    {
        var summary = ReadingSummary.Of(new TraceInfo("-")
        {
            Format = "ftrace text", Cpus = 2, Calls = 900, Events = 50, LostEvents = 50, NotParsed = 3,
            NotParsedKinds = new Dictionary<string, long> { ["no timestamp"] = 2, ["no function"] = 1 },
            NotParsedSamples = ["one bad line", "another"],
            PerCpu = [new CpuStatistics(0, 900, 50, 50, 0), new CpuStatistics(1, 0, 0, 0, 0), new CpuStatistics(null, 0, 0, 0, 3)],
            Warnings = ["the end is missing"],
        });
        Assert.Equal(
            "standard input: 50 events were lost while recording (5.00 % of all events); 3 lines or records were not parsed "
                + "(no timestamp: 2, no function: 1), the first: one bad line; the end is missing", summary.Line);
        Assert.True(summary.HasMore);
        Assert.Equal(
        [
            "standard input: ftrace text, 900 calls, 50 events, 2 CPUs",
            "standard input: CPU 0: 900 calls, 50 lost, 0 not parsed",
            "standard input: unknown CPU: 0 calls, 0 lost, 3 not parsed",
            "standard input: not parsed: no timestamp: 2",
            "standard input: not parsed: no function: 1",
            "standard input: not parsed, for example: one bad line",
            "standard input: not parsed, for example: another",
        ], summary.Details);
    }

    [Fact]
    public void One_is_singular()
    {
        var summary = ReadingSummary.Of(new TraceInfo("x") { LostEvents = 1, NotParsed = 1, Calls = 1 });
        Assert.Equal("x: 1 event was lost while recording (50.00 % of all events); 1 line or record was not parsed", summary.Line);
    }

    [Fact]
    public void Warnings_are_in_one_line_and_the_details_have_those_that_do_not_fit()
    {
        string[] warnings = [.. Enumerable.Range(0, 9).Select(i => $"warning {i} {new string('x', 90)}")];
        var summary = ReadingSummary.Of(new TraceInfo("x") { Warnings = warnings });
        Assert.Equal($"x: {warnings[0]}; {warnings[1]}; {warnings[2]}; 6 more warnings", summary.Line);
        Assert.True(summary.HasMore);
        Assert.Equal(warnings[3..].Select(w => $"x: {w}"), summary.Details.Take(6));
    }

    [Fact]
    public void A_stopped_reading_has_the_losses_that_were_known()
    {
        var summary = ReadingSummary.Of(new TraceInfo("x") { IsComplete = false, LostBeforeStop = 1234 });
        Assert.Equal("x: at least 1,234 events were lost while recording (the recording was not read to its end)", summary.Line);
        Assert.Empty(summary.Details);
        Assert.Null(ReadingSummary.Of(new TraceInfo("x") { IsComplete = false }).Line);
    }
}
