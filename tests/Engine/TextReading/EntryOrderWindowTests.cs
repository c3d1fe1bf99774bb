using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TextReading;

public class EntryOrderWindowTests
{
    [Fact]
    public void CallsAreDeliveredInTheOrderOfTheirEntries()
    {
        var (sink, feed, window) = New();
        var numbers = Enumerable.Range(1, 4).Select(f => Add(window, f)).ToList();
        window.Complete(numbers[2], 30, 3);
        window.Complete(numbers[1], 20, 2);
        Assert.Empty(Delivered(sink, feed));
        window.Complete(numbers[0], 10, 1);
        Assert.Equal([(1, 10, 1), (2, 20, 2), (3, 30, 3)], Delivered(sink, feed));
        window.Flush();
        Assert.Equal((4, CallRecord.NoDuration, CallRecord.NoDuration), Delivered(sink, feed)[^1]);
    }

    [Fact]
    public void ACallThatDoesNotReturnIsDeliveredWithoutItsDuration()
    {
        var (sink, feed, window) = New();
        var open = Add(window, 1);
        for (var i = 1; i < EntryOrderWindow.MaxCalls; i++) window.Complete(Add(window, 2), 5, 5);
        Assert.Empty(Delivered(sink, feed));
        window.Complete(Add(window, 3), 6, 6);
        var calls = Delivered(sink, feed);
        Assert.Equal(EntryOrderWindow.MaxCalls + 1, calls.Count);
        Assert.Equal((1, CallRecord.NoDuration, CallRecord.NoDuration), calls[0]);
        Assert.Equal((3, 6, 6), calls[^1]);
        // Its return comes too late.
        window.Complete(open, 9, 9);
        Assert.Equal(calls, Delivered(sink, feed));
    }

    private static (OrderedCalls Sink, CallFeed Feed, EntryOrderWindow Window) New()
    {
        var sink = new OrderedCalls();
        var feed = new CallFeed(sink, null);
        return (sink, feed, new EntryOrderWindow(feed));
    }

    private static long Add(EntryOrderWindow window, int function)
    {
        window.Add(out var number) = new CallRecord
        {
            Function = function, Duration = CallRecord.NoDuration, SelfDuration = CallRecord.NoDuration,
        };
        return number;
    }

    private static List<(int Function, long Duration, long Self)> Delivered(OrderedCalls sink, CallFeed feed)
    {
        feed.Flush();
        return sink.Calls.ConvertAll(c => (c.Function, c.Duration, c.SelfDuration));
    }
}
