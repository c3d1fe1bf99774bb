using System.Text.Json;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Every count, sum, percentile and term of the accounts of real recordings, as an independent program finds them.</summary>
public sealed class ExpectedLatencyTests
{
    [SharedDataTheory]
    [InlineData("sched.dat")]
    [InlineData("sched-nocomp.dat.zst")]
    [InlineData("sched-v6.dat.zst")]
    [InlineData("sched-odd.dat.zst")]
    [InlineData("irq.dat")]
    [InlineData("rawsys.dat")]
    [InlineData("syscalls.dat")]
    [InlineData("block.dat")]
    [InlineData("all.dat")]
    [InlineData("all-tsc.dat.zst")]
    [InlineData("all-fg.dat")]
    [InlineData("all-lossy.dat")]
    [InlineData("wakeup-only.dat.zst")]
    [InlineData("runqlat.dat.zst")]
    [InlineData("tracers/timerlat.dat")]
    [InlineData("tracers/rt-all.dat.zst")]
    public void TraceDat(string file) => Check(file);

    [SharedDataTheory]
    [InlineData("trace-default.txt.zst")]
    [InlineData("trace-latfmt.txt.zst")]
    [InlineData("trace-tsc.txt.zst")]
    [InlineData("trace-monoraw.txt.zst")]
    [InlineData("trace-overwritten.txt.zst")]
    [InlineData("trace-sched-odd.txt.zst")]
    [InlineData("pipe-default.txt.zst")]
    [InlineData("pipe-lossy.txt.zst")]
    [InlineData("tracers/timerlat.txt.zst")]
    [InlineData("tracers/timerlat-events.txt.zst")]
    [InlineData("tracers/timerlat-stop-stack.txt.zst")]
    [InlineData("tracers/osnoise.txt.zst")]
    [InlineData("tracers/osnoise-events.txt.zst")]
    [InlineData("tracers/rtla-timerlat-auto-trace.txt.zst")]
    public void Text(string file) => Check(file);

    // Samples of tasks that had ended, which perf calls ":-1", take part in no interval.
    [SharedDataFact]
    public void PerfScript() => Check("perf-sched.script.txt.zst");

    private static void Check(string file)
    {
        var intervals = CollectedIntervals.Of(SharedData.Shared($"latency/{file}"));
        var differences = new ExpectedLatencies(intervals).Differences(Expected(file));
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(40))}");
        Assert.DoesNotContain(intervals.Info!.Warnings, w => w.Contains("uncertain", StringComparison.Ordinal));
        foreach (var (kind, account) in intervals.Accounts) Identities.Check(kind, account);
        foreach (var interval in intervals.All) Identities.Check(interval);
    }

    /// <summary>The expected results of a recording, which are compressed if they are long.</summary>
    private static JsonElement Expected(string file)
    {
        var name = file.Replace("/", "-", StringComparison.Ordinal);
        if (name.EndsWith(".zst", StringComparison.Ordinal)) name = name[..^4];
        var path = SharedData.Shared($"latency/expected/{name}.json");
        using var document = JsonDocument.Parse(File.Exists(path) ? File.ReadAllBytes(path) : TestRecording.Bytes($"{path}.zst"));
        return document.RootElement.Clone();
    }
}
