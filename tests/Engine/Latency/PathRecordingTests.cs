using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>
/// Paths of many tasks and spans of real recordings. Each part is checked against the intervals, which another class makes, and which
/// an independent program has confirmed.
/// </summary>
public sealed class PathRecordingTests
{
    [SharedDataTheory]
    [InlineData("sched.dat")]
    [InlineData("sched-nocomp.dat.zst")]
    [InlineData("sched-v6.dat.zst")]
    [InlineData("sched-odd.dat.zst")]
    [InlineData("block.dat")]
    [InlineData("all.dat")]
    [InlineData("all-tsc.dat.zst")]
    [InlineData("all-fg.dat")]
    [InlineData("all-lossy.dat")]
    [InlineData("wakeup-only.dat.zst")]
    [InlineData("runqlat.dat.zst")]
    [InlineData("tracers/timerlat.dat")]
    [InlineData("tracers/rt-all.dat.zst")]
    [InlineData("trace-default.txt.zst")]
    [InlineData("trace-latfmt.txt.zst")]
    [InlineData("trace-tsc.txt.zst")]
    [InlineData("trace-monoraw.txt.zst")]
    [InlineData("trace-overwritten.txt.zst")]
    [InlineData("trace-sched-odd.txt.zst")]
    [InlineData("pipe-default.txt.zst")]
    [InlineData("pipe-lossy.txt.zst")]
    [InlineData("perf-sched.script.txt.zst")]
    public void PartsAgreeWithTheIntervals(string file)
    {
        var path = SharedData.Shared($"latency/{file}");
        var check = new PathCheck(CollectedIntervals.Of(path));
        var whole = Read(path, null, null);
        Check(whole, check);
        var random = new Random(file.Length);
        for (var i = 0; i < 5; i++)
        {
            var length = (whole.Until - whole.Since) / (1L << random.Next(1, 8));
            var since = random.NextInt64(whole.Since, whole.Until - length);
            var unit = whole.Info.Unit == ClockUnit.Counts ? 1.0 : 1e9;
            var part = Read(path, since / unit, (since + length) / unit);
            // A double has not room for every digit of a timestamp.
            Assert.InRange(part.Since, since - 1000, since + 1000);
            Check(part, check);
        }
        Assert.True(check.Count > 200, $"{check.Count} segments");
        var most = file.StartsWith("perf", StringComparison.Ordinal) ? 20 : 0;
        Assert.True(check.Disputed.Count <= (2 * check.Superseded) + most, $"{check.Disputed.Count}, {check.Superseded} superseded: {string.Join(' ', check.Disputed)}");
    }

    // Recordings without scheduler events have no path.
    [SharedDataTheory]
    [InlineData("irq.dat", "sched_switch")]
    [InlineData("rawsys.dat", "sched_switch")]
    [InlineData("sched.dat", null)]
    [InlineData("wakeup-only.dat.zst", null)]
    [InlineData("perf-sched.script.txt.zst", null)]
    public void MissingEventsAreNamed(string file, string? missing)
        => Assert.Equal(missing, Read(SharedData.Shared($"latency/{file}"), null, null).Missing);

    private static CriticalPathReading Read(string path, double? since, double? until)
    {
        using var reader = TraceFile.Open(path);
        return CriticalPathReading.Read(reader, since, until, default);
    }

    private static void Check(CriticalPathReading reading, PathCheck check)
    {
        foreach (var pid in check.Tasks())
        {
            var path = reading.PathOf(pid);
            PathWalkTests.Covers(path, reading.Since, reading.Until);
            check.Check(path, pid, reading);
        }
    }
}
