using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Cli.Commands;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The options of the record command, without recording.</summary>
public class RecordOptionsTests
{
    private static RecordingRequest Parse(params string[] args)
        => RecordOptions.ToRequest(Arguments.Parse(RecordOptions.All, args));

    [Fact]
    public void EventsAreSplitOutsideTheBracesOfFilters()
        => Assert.Equal(
            ["sched:sched_switch{prev_pid == 7, next_pid == 8}", "irq:*", "timer:*"],
            Parse("--event", "sched:sched_switch{prev_pid == 7, next_pid == 8}, irq:*", "--event", "timer:*").Event);

    [Fact]
    public void TheDurationDependsOnTheCommand()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), Parse().Duration);
        Assert.Null(Parse("--record-time", "0").Duration);
        var request = Parse("--", "sleep", "1");
        Assert.Equal(("sleep", null, "1"), (request.Command, request.Duration, Assert.Single(request.ArgumentList)));
        Assert.Equal(TimeSpan.FromSeconds(3), Parse("--record-time", "3", "--", "sleep", "1").Duration);
    }

    [Fact]
    public void CpusAreAListOrAMask()
    {
        Assert.Equal([0, 1, 2, 5], Parse("--cpu", "0-2,5").Cpu);
        Assert.Equal([0, 2], Parse("--cpumask", "5").Cpu);
        Assert.Throws<CliException>(() => Parse("--cpu", "0", "--cpumask", "1"));
        Assert.Throws<CliException>(() => Parse("--cpumask", "0"));
    }

    [Theory]
    [InlineData("function", RecordingTracer.Function)]
    [InlineData("function_graph", RecordingTracer.FunctionGraph)]
    [InlineData("none", RecordingTracer.None)]
    public void TheTracerIsParsed(string name, RecordingTracer tracer) => Assert.Equal(tracer, Parse("--tracer", name).Tracer);

    [Fact]
    public void WithoutATracerTheEngineChooses() => Assert.Null(Parse().Tracer);
}
