using System.Security.Cryptography;
using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Running;

namespace KernelMagnifier.Engine.Tests.Probes.Running;

/// <summary>Every limit is hit by a program that does not keep it.</summary>
public sealed class ProbeExecutionTests
{
    [Fact]
    public void LinesAndCostOfACompletedRunAreDelivered()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached + """; echo '{"type": "lost_events", "data": {"events": 12}}'; echo; echo last; echo careful >&2""");
        var result = tool.Run();
        Assert.Equal(("Completed", null, 12, "0.17.0"), (result.Outcome, result.Reason, result.LostEvents, result.Bpftrace));
        Assert.Equal(4, tool.Lines.Count);
        Assert.Equal(["", "last"], tool.Lines[2..]);
        Assert.Equal(["careful"], tool.Warnings);
        Assert.NotNull(result.DurationNanoseconds);
        Assert.NotNull(result.ToolNanoseconds);
        Assert.Null(result.ProgramNanoseconds);
        Assert.Equal(["Started", "Run"], tool.Audit.Select(r => r.Action));
        Assert.Equal((1, "Completed", 12), (tool.Audit[1].Begin, tool.Audit[1].Outcome, tool.Audit[1].LostEvents));
        Assert.Empty(Directory.GetFiles(Path.Combine(tool.Policy.StateDirectory, "running")));
    }

    [Fact]
    public void AtTheEndOfItsTimeItPrintsItsMaps()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; {FakeBpftrace.UntilAsked}");
        Assert.Equal("Completed", tool.RunFor(200).Outcome);
        Assert.Equal("MAP", tool.Lines[^1]);
    }

    [Fact]
    public void SilenceThatIgnoresTheSignalIsKilled()
    {
        using var tool = new FakeBpftrace($"trap '' INT; {FakeBpftrace.Attached}; while :; do sleep 0.02; done");
        tool.Settings = tool.Settings with { Grace = TimeSpan.FromMilliseconds(200) };
        Assert.Equal("TimeLimit", tool.RunFor(100).Outcome);
        Assert.Equal("TimeLimit", tool.Audit[^1].Outcome);
    }

    [Fact]
    public void WhatNeverAttachesIsEnded()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.UntilAsked);
        tool.Settings = tool.Settings with { StartLimit = TimeSpan.FromMilliseconds(100) };
        Assert.Equal("TimeLimit", tool.RunFor(100).Outcome);
    }

    [Fact]
    public void EndlessOutputIsEndedAtItsRate()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; trap 'echo MAP; exit 0' INT; while :; do echo 0123456789012345678901234567890123456789; done");
        tool.Limits = tool.Limits with { OutputBytesPerSecond = 10_000 };
        Assert.Equal("RateLimit", tool.Run().Outcome);
        Assert.Equal("MAP", tool.Lines[^1]);
    }

    [Fact]
    public void TenGigabytesOfOutputAreNotTaken()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; trap '' INT; exec head -c 10G /dev/zero");
        tool.Limits = tool.Limits with { OutputBytes = 4 << 20, OutputBytesPerSecond = long.MaxValue };
        var result = tool.Run();
        Assert.Equal("OutputLimit", result.Outcome);
        Assert.Equal(4 << 20, result.OutputBytes);
        Assert.InRange(tool.Lines.Sum(line => (long)line.Length), 1, 4 << 20);
    }

    [Fact]
    public void EndlessErrorsAreNotKept()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; exec head -c 10G /dev/zero >&2");
        tool.Limits = tool.Limits with { OutputBytes = 1 << 20, OutputBytesPerSecond = long.MaxValue };
        Assert.Equal("OutputLimit", tool.Run().Outcome);
    }

    [Fact]
    public void MemoryIsLimited()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; exec tail /dev/zero");
        tool.Limits = tool.Limits with { MemoryBytes = 64 << 20 };
        var result = Record.Exception(() => Assert.Equal("MemoryLimit", tool.Run().Outcome));
        // tail says that memory is exhausted, and exits with 1, if the limit of the kernel is hit first.
        Assert.True(result is null or KernelMagnifierException { Code: ErrorCode.ProbeFailed }, result?.ToString());
        Assert.Contains(tool.Audit[^1].Outcome, (string[])["MemoryLimit", "Failed"]);
    }

    [Theory]
    [InlineData("echo '/proc/self/fd/3:1:17-20: ERROR: Unknown function: f' >&2; exit 1", "runq-late.bt:1:17-20: ERROR: Unknown function: f")]
    [InlineData("exit 134", "does not know")]
    [InlineData("exit 255", "could not attach")]
    [InlineData("kill -SEGV $$", "signal 11")]
    [InlineData("exec 1>&-; exit 141", "signal 13")]
    public void FailuresAreNamed(string script, string cause)
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; {script}");
        Assert.Contains(cause, tool.Refuses(ErrorCode.ProbeFailed).Message, StringComparison.Ordinal);
        Assert.Equal(("Run", "Failed"), (tool.Audit[^1].Action, tool.Audit[^1].Outcome));
    }

    [Fact]
    public void OutputThatEndsWithinALineIsNotComplete()
    {
        using var tool = new FakeBpftrace($$"""{{FakeBpftrace.Attached}}; printf '{"type": "ma'""");
        Assert.Equal(("Failed", "its output ends within a line"), (tool.Run().Outcome, tool.Audit[^1].Reason));
        Assert.Equal("""{"type": "ma""", tool.Lines[^1]);
    }

    [Fact]
    public void AnEndlessProgramWithoutOutputIsEndedInTime()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; exec 1>&- 2>&-; trap 'exit 0' INT; while :; do sleep 0.02; done");
        Assert.Equal("Completed", tool.RunFor(150).Outcome);
    }

    [Fact]
    public void WhatRunsIsWhatWasHashed()
    {
        using var tool = new FakeBpftrace($"sha256sum < $4; echo x 2>/dev/null >> $4 || echo sealed; {FakeBpftrace.Attached}");
        // The file in the library is another one by now.
        File.WriteAllText(Path.Combine(tool.Folder, "runq-late.bt"), "BEGIN { system(\"rm -rf /\"); }");
        tool.Run();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(tool.Program)), tool.Lines[0].Split(' ')[0]);
        Assert.Equal("sealed", tool.Lines[1]);
    }

    [Fact]
    public void ImportsAreBesideTheProgramAndRemoved()
    {
        using var tool = new FakeBpftrace($"cat $(dirname $4)/../lib/times.bt; stat -c %a $(dirname $4)/../..; dirname $4; {FakeBpftrace.Attached}");
        tool.Imports = [new ProbeImport("../lib/times.bt", Encoding.UTF8.GetBytes("// imported\n"))];
        tool.Run();
        Assert.Equal(["// imported", "700"], tool.Lines[..2]);
        Assert.False(Directory.Exists(tool.Lines[2]));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(tool.Policy.StateDirectory, "running")));
    }

    [Fact]
    public void AnImportOutsideOfTheLibraryIsNotWritten()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached);
        tool.Imports = [new ProbeImport("../../../../escaped.bt", Encoding.UTF8.GetBytes("x"))];
        tool.Refuses(ErrorCode.ProbeRefused);
        Assert.False(tool.HasRun);
        Assert.Empty(Directory.GetFiles(tool.Folder, "escaped.bt", SearchOption.AllDirectories));
    }

    [Fact]
    public void ArgumentsEnvironmentAndDescriptorsAreThoseThatAreMeant()
    {
        using var tool = new FakeBpftrace($"printf '%s\\n' \"$@\"; echo ==; env | sort; echo ==; ls /proc/$$/fd; echo ==; ps -o pgid= -p $$ | tr -d ' '; echo $$; {FakeBpftrace.Attached}");
        tool.Parameters = [new() { Name = "us", Description = "d", Minimum = -5, Maximum = 9 }, new() { Name = "dev", Description = "d", Type = KernelMagnifier.Probes.Manifests.ParameterType.Text, Default = "sda" }];
        tool.Request = tool.Request with { Parameters = new Dictionary<string, string> { ["us"] = "-5" } };
        Environment.SetEnvironmentVariable("BPFTRACE_CONFIG", "x");
        Environment.SetEnvironmentVariable("BPFTRACE_MAX_PROBES", "99999");
        tool.Run();
        Environment.SetEnvironmentVariable("BPFTRACE_CONFIG", null);
        Environment.SetEnvironmentVariable("BPFTRACE_MAX_PROBES", null);
        var parts = string.Join('\n', tool.Lines).Split("\n==\n");
        Assert.Equal("-f\njson\n--\n/proc/self/fd/3\n-5\nsda", parts[0]);
        // Those of bash itself aside.
        Assert.Equal(["BPFTRACE_MAP_KEYS_MAX=4096", "BPFTRACE_MAX_BPF_PROGS=32", "BPFTRACE_MAX_MAP_KEYS=4096", "BPFTRACE_MAX_PROBES=32", "HOME=/nonexistent", "LANG=C.UTF-8",
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin"], parts[1].Split('\n').Where(v => !v.StartsWith("PWD=") && !v.StartsWith("OLDPWD=") && !v.StartsWith("SHLVL=") && !v.StartsWith("_=")));
        // bash keeps the script itself as 255.
        Assert.Equal(["0", "1", "2", "3"], parts[2].Split('\n').Where(f => f != "255"));
        var group = parts[3].Split('\n');
        Assert.Equal(group[1], group[0]);
    }

    [Fact]
    public void CancellingStillDeliversTheMaps()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; {FakeBpftrace.UntilAsked}");
        using var cancel = new CancellationTokenSource();
        tool.OnLine = _ => cancel.Cancel();
        Assert.Equal("Cancelled", tool.Run(cancel.Token).Outcome);
        Assert.Equal("MAP", tool.Lines[^1]);
        Assert.Equal("Cancelled", tool.Audit[^1].Outcome);
    }

    [Fact]
    public void WhoeverFailsToTakeTheLinesEndsTheRun()
    {
        using var tool = new FakeBpftrace($"trap '' INT; {FakeBpftrace.Attached}; while :; do echo x; sleep 0.02; done");
        tool.OnLine = _ => throw new InvalidOperationException("enough");
        Assert.Throws<InvalidOperationException>(() => tool.Run());
        Assert.Equal(("Run", "Failed"), (tool.Audit[^1].Action, tool.Audit[^1].Outcome));
        Assert.Empty(Directory.GetFiles(Path.Combine(tool.Policy.StateDirectory, "running")));
    }

    [Theory]
    [InlineData("bpftrace v9999.0\nEVIL"), InlineData(""), InlineData("\u001b[31mred")]
    public void AVersionIsOnlyRecorded(string version)
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached, version);
        Assert.Equal("Completed", tool.Run().Outcome);
        Assert.DoesNotContain('\n', tool.Audit[^1].Bpftrace ?? "");
    }

    [Fact]
    public void TheCpuBudgetSuspendsTheProbe()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}; {FakeBpftrace.UntilAsked}");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        tool.Settings = tool.Settings with { CpuWindow = TimeSpan.FromMilliseconds(300), Cost = _ => ((long)(clock.Elapsed.TotalNanoseconds / 2), 77) };
        var result = tool.Run();
        Assert.Equal(("CpuBudget", 77), (result.Outcome, result.ProgramRuns));
        Assert.Equal("MAP", tool.Lines[^1]);
        Assert.Equal(["Started", "Suspended", "Run"], tool.Audit.Select(r => r.Action));
        Assert.Equal("CpuBudget", tool.Audit[^1].Outcome);

        Assert.Contains("suspended", tool.Refuses(ErrorCode.ProbeRefused).Message, StringComparison.Ordinal);
        Assert.Equal("Refused", tool.Audit[^1].Action);
        Assert.Null(ProbeSuspensions.Find(tool.Policy, "runq-late", "another hash"));
        Assert.Equal(ErrorCode.ProbeRefused, Assert.Throws<KernelMagnifierException>(() => ProbeSuspensions.Lift(tool.Policy, "runq-late", " ")).Code);
        ProbeSuspensions.Lift(tool.Policy, "runq-late", "the load was too high that day");
        Assert.Equal("Resumed", tool.Audit[^1].Action);
        tool.Settings = tool.Settings with { Cost = _ => null };
        Assert.Equal("Completed", tool.RunFor(50).Outcome);
    }

    [ProgramFact("setpriv")]
    public void TheProcessDiesWithItsRunner()
    {
        using var tool = new FakeBpftrace("");
        var pid = 0;
        var thread = new Thread(() =>
        {
            pid = ToolProcess.Start(["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", "/bin/sleep", "1000"], ["PATH=/bin"], -1, "/").Id;
            // Until setpriv has asked for the signal.
            for (var i = 0; i < 400 && File.ReadAllText($"/proc/{pid}/comm") != "sleep\n"; i++) Thread.Sleep(25);
        });
        thread.Start();
        thread.Join();
        var path = $"/proc/{pid}/stat";
        for (var i = 0; i < 100 && File.Exists(path) && !File.ReadAllText(path).Contains(") Z", StringComparison.Ordinal); i++) Thread.Sleep(50);
        var state = File.Exists(path) ? File.ReadAllText(path) : ") Z";
        _ = ProcessCalls.Kill(pid, ProcessCalls.SignalKill);
        Assert.Contains(") Z", state, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAKilledRunnerLeftIsEnded()
    {
        using var tool = new FakeBpftrace($"{FakeBpftrace.Attached}");
        tool.Run();
        using var left = ToolProcess.Start(["/bin/sleep", "1000"], ["PATH=/bin"], -1, "/");
        var folder = Path.Combine(tool.Policy.StateDirectory, "running");
        var started = KernelMagnifier.Recording.TargetCommand.StartedAt(left.Id);
        File.WriteAllText(Path.Combine(folder, "a.run"), $"begin 1 runq-late\nprocess {left.Id} {started}\n");
        Directory.CreateDirectory(Path.Combine(folder, "a.d"));
        // The number of a process that is another one by now.
        File.WriteAllText(Path.Combine(folder, "b.run"), $"begin 1 runq-late\nprocess {Environment.ProcessId} 1\n");
        tool.Run();
        Assert.True(left.HasEnded(wait: true));
        Assert.Equal(128 + 9, left.Status);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Equal(["Abandoned", "Abandoned"], tool.Audit.Select(r => r.Outcome).Where(o => o == "Abandoned"));
        Assert.Contains(tool.Warnings, w => w.Contains("killed", StringComparison.Ordinal));
    }
}
