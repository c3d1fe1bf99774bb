using System.Text.Json;
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
    public void PresetsFiltersStacksAndTriggersOfEvents()
    {
        var request = Parse("--preset", "scheduling,Interrupts", "--event-filter", "sched:sched_switch=prev_comm ~ \"a,b\"",
            "--event-filter", "common_pid != 1", "--event-stack", "sched:sched_switch,irq:*", "--event-trigger",
            "sched:sched_process_exit=traceoff:1 if pid == 1");
        Assert.Equal(["scheduling", "Interrupts"], request.Preset);
        Assert.Equal([new EventText("sched:sched_switch", "prev_comm ~ \"a,b\""), new EventText(null, "common_pid != 1")],
            request.EventFilter);
        Assert.Equal(["sched:sched_switch", "irq:*"], request.EventStack);
        Assert.Equal(new EventText("sched:sched_process_exit", "traceoff:1 if pid == 1"), Assert.Single(request.EventTrigger));
        Assert.Equal(RecordingTracer.None, request.EffectiveTracer);
    }

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
    public void TheLongestDurationIsNamed()
    {
        Assert.Equal(TimeSpan.FromDays(365), Parse("--record-time", "31536000").Duration);
        foreach (var seconds in (string[])["99999999999", "31536001", "999999999999999999"])
        {
            var error = Assert.Throws<CliException>(() => Parse("--record-time", seconds));
            Assert.Equal((ExitCode.Usage, $"--record-time takes a number of at least 0 and at most 31536000, not '{seconds}'."),
                (error.ExitCode, error.Message));
        }
    }

    /// <summary>The engine's errors name no option; the command line does, and no property of the engine.</summary>
    [Fact]
    public void AnErrorAboutAValueNamesItsOption()
    {
        var command = CommandLineTool.Commands.Single(c => c.Name == RecordCommand.Word);
        foreach (var property in (string[])["Duration", "MaxSize", "MinFree", "BufferSize", "MaxDepth", "GraphRoot", "Tracer",
            "Compress", "EventFilter", "EventTrigger"])
        {
            var text = ErrorText.Of(new RequestException(ErrorCode.BadRequest, property, "It is bad.", "Better it."), command);
            Assert.Matches("^--[a-z-]+: It is bad. Better it.$", text);
            Assert.Contains(command.Options, o => text.StartsWith($"{o}: ", StringComparison.Ordinal));
            Assert.DoesNotContain(property, text, StringComparison.Ordinal);
        }
        Assert.StartsWith("--buffer-size: ",
            ErrorText.Of(new RequestException(ErrorCode.BadRequest, "BufferSize", "It is bad.", "Better it."), command),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Command", 0, null, 0, 0)]
    [InlineData("Command", 7, null, 0, 7)]
    [InlineData("Command", 137, 9, 0, 137)]
    [InlineData("Duration", null, null, 0, 0)]
    [InlineData("MaxSize", null, null, 0, 0)]
    [InlineData("FreeSpace", 7, null, 0, 3)]
    [InlineData("Failed", null, null, 0, 3)]
    [InlineData("Stopped", null, null, 2, 0)]
    [InlineData("Stopped", 130, 2, 2, 130)]
    [InlineData("Stopped", null, null, 15, 143)]
    [InlineData("Failed", 7, null, 1, 129)]
    public void TheExitCodeIsThatOfTheCommandUnlessTheRecordingFailed(string end, int? code, int? signal, int received, int exit)
        => Assert.Equal(exit, RecordCommand.ExitCodeOf(Result(end, code, signal), received));

    [Fact]
    public void JsonHasThePropertiesOfTheObject()
    {
        using var json = JsonDocument.Parse(RecordingJson.Of(Result("Command", 137, 9)));
        Assert.Equal(typeof(RecordingResult).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(),
            json.RootElement.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal((137, 9), (json.RootElement.GetProperty("exitCode").GetInt32(),
            json.RootElement.GetProperty("signal").GetInt32()));
        using var without = JsonDocument.Parse(RecordingJson.Of(Result("Duration", null, null)));
        Assert.Equal(JsonValueKind.Null, without.RootElement.GetProperty("exitCode").ValueKind);
    }

    private static RecordingResult Result(string end, int? code, int? signal) => new()
    {
        Path = "/tmp/x.dat", Bytes = 1, PerCpu = [new RecordingCpu(0, 2, 3, 4)], Started = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromSeconds(1.5), EndedBy = end, Format = "TraceDat", Tracer = "Function", Clock = "local",
        Request = "function", Instance = "", KernelRelease = "6.1.0", ExitCode = code, Signal = signal,
    };

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
