using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Engine.Tests.Symbols;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Engine.Tests.Probes.Checks;

/// <summary>What <c>bpftrace -d</c> says, and how it is judged.</summary>
public class DryRunTests
{
    [Theory]
    [InlineData(0, "", "Passed")]
    [InlineData(1, "p.bt:1:1-2: ERROR: syntax error, unexpected ;", "Failed")]
    [InlineData(1, "p.bt:1:1-2: ERROR: tracepoint not found: sched:sched_switch", "Unknown")]
    [InlineData(1, "ERROR: bpftrace currently only supports running as the root user.", "Unknown")]
    [InlineData(1, "unshare: unshare failed: Operation not permitted", "Unknown")]
    [InlineData(134, "FATAL: Invalid probe type made it to attachpoint parser", "Failed")]
    public void JudgesTheOutcome(int exit, string errors, string verdict)
    {
        const string noise = "Error while reading traceable functions from /sys/kernel/tracing/available_filter_functions: Permission deniedWARNING: BTF: failed to iterate modules BTF objects\nERROR: BTF: failed to find BTF data\n";
        var run = BpftraceDryRun.Of("0.17.0", new ToolResult(true, exit, noise + errors), "/tmp/x", hasEvents: false);
        Assert.Equal(verdict, run.Verdict);
        Assert.DoesNotContain(run.Messages, message => message.Contains("BTF", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.17.0", "-d")]
    [InlineData("0.21.0", "--dry-run")]
    [InlineData("0.23.2", "--dry-run")]
    [InlineData(null, "-d")]
    public void TheOptionIsThatOfTheVersion(string? version, string option) => Assert.Equal(option, BpftraceDryRun.OptionOf(version));

    [SharedDataFact]
    public void TheStoredErrorsOfBadProgramsAreFailures()
    {
        foreach (var name in new[] { "f1-syntax", "f2-unknown-function", "f6-unsafe", "f7-type", "f8-unknown-builtin" })
        {
            var errors = File.ReadAllText(SharedData.Shared($"bpftrace/dry-run/dry-d-{name}.err"));
            Assert.Equal("Failed", BpftraceDryRun.Of(null, new ToolResult(true, 1, errors), "/tmp/x", hasEvents: false).Verdict);
        }
    }

    [ToolFact("bpftrace", "unshare")]
    public void OurVerdictAndThatOfBpftraceAgree()
    {
        (string Program, string Verdict)[] programs =
        [
            ("BEGIN { @x = 1; exit(); }", "Passed"), ("interval:s:1 { @x[cpu] = count(); }", "Passed"),
            ("BEGIN { $x = (1, \"a\"); print($x.0); if ($x.0 > 0) { exit(); } }", "Passed"), ("BEGIN { @x = nosuch(1); }", "Failed"),
            ("BEGIN { @x = nosuch; }", "Failed"), ("BEGIN { @x = 1", "Failed"), ("BEGIN { system(\"id\"); }", "Failed"),
        ];
        foreach (var (program, verdict) in programs)
        {
            var bytes = Encoding.UTF8.GetBytes(program);
            var theirs = BpftraceDryRun.Run("/usr/bin/bpftrace", bytes, [], default)!;
            if (theirs.Messages.Any(m => m.StartsWith("unshare:", StringComparison.Ordinal))) return;
            Assert.True(theirs.Verdict == verdict, $"{program}: {theirs.Verdict}: {string.Join("; ", theirs.Messages)}");
            var ours = ProgramCheck.CheckFile(bytes, "p", new ProbePolicy(), null, theirs);
            Assert.Equal(verdict == "Failed", ours.Errors > 0);
        }
    }
}
