using System.Text;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command measure. The preset pressure needs neither root nor tracing.</summary>
public sealed class MeasureTests
{
    // The process of the tests has more memory and takes more CPU time than a measurement may.
    private static readonly string[] Pressure =
        ["measure", "--preset", "pressure", "--duration", "200ms", "--cpu-budget", "100%", "--memory-budget", "64GB"];

    [Fact]
    public void JsonIsALineOfALog()
    {
        var outcome = Tool.Run([.. Pressure, "--json"]).Succeeds();
        var line = Assert.Single(outcome.Lines);
        Assert.Equal($"{line}\n", outcome.Out);
        var record = Read(line);
        Assert.Equal(("Completed", "Counters"), (record.Status, record.Method));
        Assert.Equal(["Pressure"], record.Request.Preset);
        Assert.Equal(TimeSpan.FromMilliseconds(200), record.Request.Duration);
        Assert.True(record.Duration >= TimeSpan.FromMilliseconds(200), $"{record.Duration}");
        Assert.Contains(record.Counters, counter => counter.Name == "system.cpu.time" && counter.Unit == "s");
        Assert.Empty(record.Latencies);
        Assert.True(record.Cost!.CpuTime > TimeSpan.Zero && record.Cost.WallTime >= record.Duration, $"{record.Cost}");
        Assert.Equal(Environment.ProcessorCount, record.Cpus);
    }

    [Fact]
    public void ATableHasARowForEachCounter()
    {
        var outcome = Tool.Run(Pressure).Succeeds();
        Assert.Contains("system.cpu.time", outcome.Out, StringComparison.Ordinal);
        Assert.StartsWith("Counter", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Contains("CPU", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void CountersAreByCpu()
    {
        var record = Read(Tool.Run([.. Pressure, "--by", "cpu", "--json"]).Succeeds().Lines[0]);
        Assert.Contains(record.Counters, counter => counter.Name == "system.cpu.time" && counter.Attributes.Values.Contains("0"));
    }

    [Fact]
    public void ARecordIsAppendedToALogThatCanBeListed()
    {
        using var folder = new TemporaryFolder();
        var log = folder["now.ndjson"];
        var line = $"export XDG_STATE_HOME='{folder.Path}'; kernel-magnifier {string.Join(' ', Pressure)} --quiet --log-to 'file:{log}'";
        var first = Tool.Bash(line).Succeeds();
        Assert.Equal("", first.Out);
        var before = File.ReadAllText(log);
        Tool.Bash(line).Succeeds();
        var lines = File.ReadAllLines(log);
        Assert.Equal(2, lines.Length);
        Assert.Equal(before, $"{lines[0]}\n");
        Assert.NotEqual(Read(lines[0]).Id, Read(lines[1]).Id);
        Assert.Equal(File.ReadAllText(log), Tool.Run("log", log, "--json").Succeeds().Out);
        Assert.Equal(["Completed", "Completed"], Tool.Run("log", log, "--csv").Succeeds().Csv().Select(row => row["status"]));
    }

    [Fact]
    public void ATargetThatTakesNothingIsAnError()
    {
        using var folder = new TemporaryFolder();
        var outcome = Tool.Bash($"export XDG_STATE_HOME='{folder.Path}'; "
            + $"kernel-magnifier {string.Join(' ', Pressure)} --quiet --log-to 'file:{folder.Path}'");
        Assert.Equal(ExitCode.BadOutput, outcome.Exit);
        Assert.Contains($"file:{folder.Path}", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no such preset", "--preset", "presure")]
    [InlineData("--kind does not accept 'Wakup'", "--kind", "Wakup")]
    [InlineData("--duration takes a time from 100", "--duration", "2h")]
    [InlineData("--cpu-budget takes a share", "--cpu-budget", "150%")]
    [InlineData("--param needs --probe", "--preset", "pressure", "--param", "us=5")]
    [InlineData("--probe measures what the probe does", "--probe", "runq-late", "--kind", "wakeup")]
    [InlineData("--json and --quiet exclude each other", "--preset", "pressure", "--json", "--quiet")]
    [InlineData("", "--log-to", "file:relative")]
    [InlineData("", "operand")]
    public void MistakesAreUsageErrors(string message, params string[] options)
    {
        var outcome = Tool.Run(["measure", .. options]);
        Assert.Equal((ExitCode.Usage, ""), (outcome.Exit, outcome.Out));
        Assert.Contains(message, outcome.Error, StringComparison.OrdinalIgnoreCase);
    }

    [NoTracingFact]
    public void WithoutTracingTheCauseIsSaid()
    {
        var outcome = Tool.Run("measure", "--kind", "wakeup", "--duration", "200ms", "--wait", "0");
        Assert.Equal((ExitCode.BadHost, ""), (outcome.Exit, outcome.Out));
        Assert.Matches("tracefs|root|lock", outcome.Error);
    }

    [Fact]
    public void ASignalEndsItWithoutARecord()
    {
        var outcome = Tool.Bash("timeout --preserve-status -s TERM 4 kernel-magnifier measure --preset pressure --duration 1h --json");
        Assert.Equal((ExitCode.Signal + 15, ""), (outcome.Exit, outcome.Out));
    }

    private static Measurement Read(string line)
    {
        var (record, problem) = MeasurementJson.Read(Encoding.UTF8.GetBytes(line));
        Assert.Null(problem);
        return record!;
    }
}
