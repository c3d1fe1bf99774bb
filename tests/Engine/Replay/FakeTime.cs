using KernelMagnifier.Replay;

namespace KernelMagnifier.Engine.Tests.Replay;

/// <summary>A time that goes on only while it is waited for, or as a test says.</summary>
internal sealed class FakeTime : ReplayTime
{
    private long _now = 1_000_000;

    /// <summary>The longest time that a wait lasts; waits are cut short as those of the system are.</summary>
    public long LongestWait { get; init; } = long.MaxValue;

    /// <summary>How much longer than asked for each wait lasts.</summary>
    public long Overshoot { get; init; }

    public List<long> Waits { get; } = [];

    public override long Now => _now;

    public void Pass(long nanoseconds) => _now += nanoseconds;

    public override void Wait(long nanoseconds, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Assert.True(nanoseconds > 0);
        Waits.Add(nanoseconds);
        _now += Math.Min(nanoseconds, LongestWait) + Overshoot;
    }
}
