using KernelMagnifier.Engine.Tests.Latency;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Live;

namespace KernelMagnifier.Engine.Tests.Live;

/// <summary>Events that are read while they are written are those of the recording: in number, order and place of the losses.</summary>
public sealed class LiveTraceReaderTests
{
    public static TheoryData<string, int> Recordings
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var (file, seed) in new[]
            {
                ("sched.dat", 1), ("irq.dat", 2), ("rawsys.dat", 3), ("block.dat", 4), ("all.dat", 5), ("all-lossy.dat", 6),
                ("all-lossy.dat", 7),
            })
                all.Add(file, seed);
            return all;
        }
    }

    [SharedDataTheory]
    [MemberData(nameof(Recordings))]
    public void IntervalsEqualThoseOfTheFile(string file, int seed)
    {
        var path = SharedData.Shared($"latency/{file}");
        var expected = CollectedIntervals.Of(path);
        var (pages, metadata) = StoredPages.Open(path, seed);
        var found = new CollectedIntervals();
        using var reader = new LiveTraceReader(pages, metadata, "", new());
        reader.ReadOnce(new IntervalBuilder(found), null, null, default);

        Assert.True(pages.Marks > 100, $"{pages.Marks} marks");
        Assert.Equal(expected.All.Count, found.All.Count);
        Assert.Equal(expected.All, found.All);
        Assert.Equivalent(expected.Accounts, found.Accounts, strict: true);
        Assert.Equal(expected.Info!.EventKinds.OrderBy(k => k.Key), found.Info!.EventKinds.OrderBy(k => k.Key));
        Assert.Equal((expected.Info.Events, expected.Info.NotParsed, expected.Info.FirstTime, expected.Info.LastTime),
            (found.Info.Events, found.Info.NotParsed, found.Info.FirstTime, found.Info.LastTime));
    }

    [SharedDataTheory]
    [InlineData("dat/ev-stack.dat", 1)]
    [InlineData("latency/all-lossy.dat", 2)]
    public void EventsTheirStacksAndLossesEqualThoseOfTheFile(string file, int seed)
    {
        var expected = new DeliveredEvents();
        using (var reader = TraceFile.Open(SharedData.Shared(file))) reader.ReadOnce(expected, null, null, default);
        var (pages, metadata) = StoredPages.Open(SharedData.Shared(file), seed, slack: 1_000_000);
        var found = new DeliveredEvents();
        using (var reader = new LiveTraceReader(pages, metadata, "", new())) reader.ReadOnce(found, null, null, default);
        Assert.Equal(expected.Lines.Count, found.Lines.Count);
        Assert.Equal(expected.Lines, found.Lines);
    }

    /// <summary>An event can become readable after one of a later time on another CPU.</summary>
    [SharedDataFact]
    public void EventsThatAreLateWithinTheSlackChangeNothing()
    {
        var path = SharedData.Shared("latency/sched.dat");
        var (pages, metadata) = StoredPages.Open(path, 11, waits: 2000, slack: 2_000_000);
        var found = new CollectedIntervals();
        using var reader = new LiveTraceReader(pages, metadata, "", new());
        reader.ReadOnce(new IntervalBuilder(found), null, null, default);
        Assert.Equal(CollectedIntervals.Of(path).All, found.All);
    }

    [SharedDataFact]
    public void AReadingCanBeCancelled()
    {
        var (pages, metadata) = StoredPages.Open(SharedData.Shared("latency/sched.dat"), 1);
        using var cancel = new CancellationTokenSource();
        using var reader = new LiveTraceReader(pages, metadata, "", new());
        Assert.Throws<OperationCanceledException>(() => reader.ReadOnce(new Cancelling(cancel), null, null, cancel.Token));
        Assert.False(reader.Info.IsComplete);
    }

    /// <summary>Ends a reading at its first event.</summary>
    private sealed class Cancelling(CancellationTokenSource cancel) : EventSink
    {
        public override void Accept(in EventRecord record) => cancel.Cancel();
    }
}
