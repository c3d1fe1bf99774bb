using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Lab;

namespace KernelMagnifier.Engine.Tests.Lab;

/// <summary>Runs of the lab with a script in the place of the one that boots a guest. The real ones are in tests/Live/lab.sh.</summary>
[Collection(LabCacheCollection.Name)]
public sealed class LabRunnerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("km-lab-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    // What a guest says on its second serial port, what it prints, and how its script ends.
    private const string Says = "boot 6.1.0-fake\nstart\nbeat\n";

    public static TheoryData<string, string, string, int?> Ends => new()
    {
        { "say 'end 0'; echo done", "Completed", "", 0 },
        { "say 'end 7'; echo the reason; exit 7", "Failed", "status 7", 7 },
        { "say 'end 137'", "Failed", "Signal 9", 137 },
        { "say 'end 127'", "Failed", "does not see", 127 },
        { "say 'full /tmp'; say 'end 1'", "DiskFull", "/tmp was full", 1 },
        { "echo 'write: No space left on device' > $LIVE/share/output.txt; say 'end 1'", "DiskFull", "file system of the guest", 1 },
        { "echo 'write: No space left on device' > $LIVE/share/output.txt; say 'end 0'", "Completed", "", 0 },
        { "echo '[ 1.0] Kernel panic - not syncing: Fatal exception'; exit 126", "Panicked", "Fatal exception", null },
        { "say 'end 3'; echo 'Kernel panic - not syncing: no'", "Failed", "status 3", 3 },
        { "say lost; say 'end 0'", "ShareLost", "removed", 0 },
        { "rm -rf $LIVE/share; sleep 100", "ShareLost", "removed", null },
        { "exit 126", "Failed", "switched off", null },
        { "exit 125", "Failed", "QEMU ended", null },
        { "sleep 100", "Hung", "no sign of life for 2 s", null },
        { "while :; do say beat; sleep 0.3; done", "Hung", "did not end within 6 s", null },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void EachEndHasItsOutcome(string script, string outcome, string reason, int? status)
    {
        var run = Run($"say '{Says.TrimEnd()}'; {script}");
        Assert.Equal(outcome, run.Outcome);
        if (outcome == "Completed") Assert.Null(run.Reason);
        else Assert.Contains(reason, run.Reason, StringComparison.Ordinal);
        Assert.Equal(status, run.ExitCode);
        Assert.Equal("6.1.0-fake", run.KernelRelease);
    }

    [Theory]
    [InlineData("echo 'there is no kernel image /x' >&2; exit 124", "NotStarted", "kernel image /x")]
    [InlineData("echo 'qemu: invalid option' >&2; exit 125", "NotStarted", "invalid option")]
    [InlineData("exit 126", "NotStarted", "before its kernel started")]
    [InlineData("echo 'Kernel panic - not syncing: VFS: no root'; exit 126", "Panicked", "at boot: VFS: no root")]
    [InlineData("sleep 100", "HungAtBoot", "first program within 3 s")]
    [InlineData("say 'boot 6.1.0-fake'; sleep 100", "HungAtBoot", "load did not start within 3 s")]
    [InlineData("say 'boot 6.1.0-fake'; exit 126", "NotStarted", "before the load started")]
    public void WhatEndsBeforeTheLoadHasItsOutcome(string script, string outcome, string reason)
    {
        var run = Run(script);
        Assert.Equal(outcome, run.Outcome);
        Assert.Contains(reason, run.Reason, StringComparison.Ordinal);
        Assert.Null(run.BootDuration);
    }

    [Fact]
    public void TheLastLinesAreInertAndBounded()
    {
        var run = Run($"say '{Says.TrimEnd()}'; for i in $(seq 100); do printf 'line %s \\033[31m\\n' $i; done; head -c 100000 /dev/zero | tr '\\0' x; echo; say 'end 1'");
        Assert.InRange(run.LastLines.Count, 1, 20);
        Assert.All(run.LastLines, line =>
        {
            Assert.InRange(line.Length, 1, 500);
            Assert.DoesNotContain(line, char.IsControl);
        });
        Assert.Contains(run.LastLines, line => line.StartsWith("line 100", StringComparison.Ordinal));
    }

    [Fact]
    public void APanicLongBeforeTheEndIsAmongTheLastLines()
    {
        var run = Run("echo 'Kernel panic - not syncing: here'; for i in $(seq 100); do echo trace $i; done; exit 126");
        Assert.Equal("Kernel panic - not syncing: here", run.LastLines[0]);
    }

    [Fact]
    public void TheDirectoryIsClosedAndTheJobIsGone()
    {
        var run = Run($"say '{Says.TrimEnd()}'; [ -x $LIVE/share/job/load-guest.sh ] && [ \"$(cat $LIVE/share/job/load)\" = true ] && say 'end 0'");
        Assert.Equal("Completed", run.Outcome);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(run.Directory));
        Assert.False(Directory.Exists(Path.Combine(run.Directory, "share", "job")));
    }

    [Fact]
    public void ALinkInThePlaceOfTheRecordingIsNone()
    {
        var recorder = Path.Combine(_folder.FullName, "km");
        File.WriteAllText(recorder, "");
        var run = Run($"say '{Says.TrimEnd()}'; ln -s /etc/passwd $LIVE/share/recording.dat; say 'end 0'",
            plan => plan with { Presets = ["Scheduling"], Recorder = recorder });
        Assert.Equal("Failed", run.Outcome);
        Assert.Null(run.Recording);
    }

    [Fact]
    public void EachCombinationRunsInTurn()
    {
        var runs = new List<LabRun>();
        Run($"say '{Says.TrimEnd()}'; say 'end 0'", plan => plan with { Cpus = [1, 2], Parameters = ["", "quiet"], Count = 2 }, runs.Add);
        Assert.Equal(8, runs.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], runs.Select(run => run.Number));
        Assert.Equal([(1, null), (1, "quiet"), (2, null), (2, "quiet")], runs.Take(4).Select(run => (run.Cpus, run.Parameter)));
        Assert.Equal(8, runs.Select(run => run.Directory).Distinct().Count());
    }

    [Fact]
    public void CancellingEndsTheGuest()
    {
        using var cancel = new CancellationTokenSource();
        var pid = Path.Combine(_folder.FullName, "pid");
        Assert.Throws<OperationCanceledException>(() => Run($"echo $$ > {pid}; sleep 100", plan => plan, _ => { }, progress =>
        {
            if (File.Exists(pid) && new FileInfo(pid).Length > 0) cancel.Cancel();
        }, cancel.Token));
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"));
    }

    [Fact]
    public void ALoadThatIsNotThereIsAnErrorBeforeAnyGuest()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Run("exit 1", plan => plan with { Load = new LabLoad { Script = "/nonexistent" } }));
        Assert.Equal(ErrorCode.CommandNotFound, error.Code);
    }

    private LabRun Run(string script, Func<LabPlan, LabPlan>? change = null, Action<LabRun>? done = null,
        Action<LabProgress>? progress = null, CancellationToken cancel = default)
    {
        var scripts = _folder.CreateSubdirectory("scripts").FullName;
        File.WriteAllText(Path.Combine(scripts, "load-guest.sh"), "");
        File.WriteAllText(Path.Combine(scripts, "guest.sh"), $$"""
            #!/bin/bash
            while getopts k:i:M:c:m:a:t:A:d:o:l option; do case $option in o) CONTROL=$OPTARG ;; esac; done
            say() { echo "$*" >> "$CONTROL"; }
            {{script}}
            """);
        var kernel = _folder.CreateSubdirectory("kernel");
        kernel.CreateSubdirectory("boot");
        LabRun? last = null;
        var plan = new LabPlan
        {
            Kernels = [kernel.FullName + "/"], Output = Path.Combine(_folder.FullName, "output"), Accelerator = LabAccelerator.Emulated,
            Load = new LabLoad { Command = ["true"] }, BootTimeout = TimeSpan.FromSeconds(3), HangTimeout = TimeSpan.FromSeconds(2),
            Timeout = TimeSpan.FromSeconds(6),
        };
        LabRunner.Run(new LabScripts(scripts), change?.Invoke(plan) ?? plan, run =>
        {
            last = run;
            done?.Invoke(run);
        }, progress ?? (_ => { }), cancel);
        return last!;
    }
}
