using KernelMagnifier.Engine.Tests.Live;
using KernelMagnifier.Model;
using KernelMagnifier.Replay;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Replay;

/// <summary>What is delivered at a speed is what is read without one, each when it is due.</summary>
public sealed class PacedReadingTests
{
    [SharedDataTheory]
    [InlineData("latency/sched.dat", 1)]
    [InlineData("latency/all-lossy.dat", 10)]
    [InlineData("dat/mix-fn-events.dat", 0.1)]
    public void EventsAreThoseOfTheFile(string file, double speed)
    {
        var expected = new DeliveredEvents();
        using (var reader = TraceFile.Open(SharedData.Shared(file))) reader.ReadOnce(expected, null, null, default);
        var time = new FakeTime();
        var found = new DeliveredEvents();
        var clock = new ReplayClock(speed, time, default);
        TraceInfo info;
        using (var reader = TraceFile.Open(SharedData.Shared(file))) info = reader.ReadOnce(ReplayPace.Of(found, clock), null, null, default);
        Assert.Equal(expected.Lines, found.Lines);
        Assert.Equal(0, clock.MostLate);
        var length = (info.LastTime!.Value - info.FirstTime!.Value) / speed;
        Assert.InRange(time.Now - 1_000_000, length * 0.5, length * 1.001);
    }

    [SharedDataTheory]
    [InlineData("dat/fn-small.dat", 100)]
    [InlineData("dat/fg-small.dat", 1)]
    [InlineData("text/fn-small.txt", 1)]
    public void BatchesOfCallsAreDividedWhereTheyAreDue(string file, double speed)
    {
        if (!File.Exists(SharedData.Shared(file))) file = "dat/fn-filter-modules.dat";
        var expected = new OrderedCalls();
        using (var reader = TraceFile.Open(SharedData.Shared(file))) reader.ReadOnce(expected, null, null, default);
        var time = new FakeTime();
        var found = new DueCalls(time, speed);
        using (var reader = TraceFile.Open(SharedData.Shared(file)))
            reader.ReadOnce(ReplayPace.Of(found, new ReplayClock(speed, time, default)), null, null, default);
        Assert.Equal(expected.Calls.Select(call => (call.Time, call.Cpu)), found.Calls.Select(call => (call.Time, call.Cpu)));
        Assert.True(found.Idles > 10, $"{found.Idles}");
    }

    [SharedDataTheory]
    [InlineData("latency/sched.dat", false)]
    [InlineData("latency/trace-default.txt.zst", false)]
    [InlineData("latency/perf-sched.script-us.txt.zst", false)]
    [InlineData("dat/fn-small.dat", true)]
    [InlineData("dat/fg-small.dat", true)]
    [InlineData("dat/mix-fn-events.dat", true)]
    [InlineData("dat/ev-only.dat", false)]
    public void ARecordingWithoutCallsHasItsEventsWatched(string file, bool hasCalls)
    {
        using var reader = TraceFile.Open(SharedData.Shared(file));
        Assert.Equal(hasCalls, TraceFile.HasCalls(reader, default));
        Assert.Equal(hasCalls, WatchedEvents.Of(reader, null, null, default) is null);
        Assert.Null(WatchedEvents.Of(reader, null, new CallFilter { Function = ["vfs_*"] }, default));
    }

    [Fact]
    public void ACountingClockHasNoSpeed()
    {
        var context = new TraceContext(new TraceSource("counted") { ClockUnit = ClockUnit.Counts }, new CallNames());
        var sink = new PacedCalls(new OrderedCalls(), new ReplayClock(1, new FakeTime(), default));
        sink.Begin(context);
        var error = Assert.Throws<KernelMagnifierException>(() => sink.Accept([new CallRecord { Time = 1 }]));
        Assert.Equal((ErrorCode.BadRequest, "counted"), (error.Code, error.Target));
    }

    /// <summary>Checks that no call comes before it is due.</summary>
    private sealed class DueCalls(FakeTime time, double speed) : CallSink
    {
        private readonly long _start = time.Now;

        public List<CallRecord> Calls { get; } = [];

        public int Idles { get; private set; }

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            Calls.AddRange(calls);
            var latest = calls[^1].Time;
            Assert.True(_start + (long)((latest - Calls[0].Time) / speed) <= time.Now, $"{latest} at {time.Now}");
        }

        public override void Idle() => Idles++;
    }
}
