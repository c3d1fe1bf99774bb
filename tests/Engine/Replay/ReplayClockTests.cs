using KernelMagnifier.Model;
using KernelMagnifier.Replay;

namespace KernelMagnifier.Engine.Tests.Replay;

/// <summary>The schedule of a recording: absolute, so that neither late waits nor slow consumers move it.</summary>
public sealed class ReplayClockTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void TheScheduleDoesNotDrift(double speed)
    {
        var time = new FakeTime { Overshoot = 70_000 };
        var clock = new ReplayClock(speed, time, default);
        var start = time.Now;
        const long First = 5 * Second;
        for (var i = 0; i <= 10_000; i++)
        {
            // A record each millisecond, of which each is some time late.
            var at = First + (i * 1_000_000L);
            if (!clock.IsDue(at)) clock.Await(at);
            var due = start + (long)(i * 1_000_000L / speed);
            Assert.InRange(time.Now - due, 0, 70_000 + 1);
        }
        Assert.Equal(10_001, clock.Records);
        Assert.InRange(clock.MostLate, 1, 70_001);
    }

    [Fact]
    public void AWaitThatEndsEarlyIsContinued()
    {
        var time = new FakeTime { LongestWait = Second };
        var clock = new ReplayClock(1, time, default);
        Assert.True(clock.IsDue(0));
        Assert.False(clock.IsDue(10 * Second));
        clock.Await(10 * Second);
        Assert.Equal(10, time.Waits.Count);
        Assert.Equal(1_000_000 + (10 * Second), time.Now);
        Assert.Equal(0, clock.MostLate);
    }

    [Fact]
    public void AConsumerThatIsTooSlowIsToldOnceASecondAndCatchesUp()
    {
        var time = new FakeTime();
        var told = new List<long>();
        var clock = new ReplayClock(1, time, default) { Behind = told.Add };
        // Each of ten records a second takes the consumer 0.3 s.
        for (var i = 0; i < 100; i++)
        {
            Assert.True(clock.IsDue(i * Second / 10) || i == 0);
            time.Pass(3 * Second / 10);
        }
        Assert.Equal(99 * 2 * Second / 10, clock.MostLate);
        Assert.Equal(ReplayClock.FarBehind, told[0]);
        Assert.InRange(told.Count, 18, 30);
        Assert.Equal(told.Order(), told);
        Assert.InRange(clock.LatenessOf(0.5), 9 * Second, 11 * Second);
        // What comes later is on time again.
        Assert.False(clock.IsDue(1000 * Second));
        clock.Await(1000 * Second);
        Assert.Equal(1_000_000 + (1000 * Second), time.Now);
    }

    [Fact]
    public void RecordsWithoutATimeOrOutOfOrderAreDue()
    {
        var clock = new ReplayClock(1, new FakeTime(), default);
        Assert.True(clock.IsDue(CallRecord.NoTime));
        Assert.True(clock.IsDue(7 * Second));
        Assert.True(clock.IsDue(6 * Second));
        Assert.True(clock.IsDue(-Second));
        Assert.False(clock.IsDue(8 * Second));
        Assert.False(clock.IsDue(long.MaxValue));
        Assert.Equal(3, clock.Records);
    }

    [Fact]
    public void AnotherRecordingHasAnotherStart()
    {
        var time = new FakeTime();
        var clock = new ReplayClock(1, time, default);
        Assert.True(clock.IsDue(100 * Second));
        clock.Restart();
        Assert.True(clock.IsDue(900 * Second));
        Assert.False(clock.IsDue(901 * Second));
    }

    [Fact]
    public void AWaitCanBeCancelled()
    {
        using var cancel = new CancellationTokenSource();
        var clock = new ReplayClock(1, new MonotonicTime(), cancel.Token);
        Assert.True(clock.IsDue(0));
        var waiting = Task.Run(() => clock.Await(3600 * Second));
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => waiting.GetAwaiter().GetResult());
    }
}
