using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TextReading;

public sealed class TraceStatisticsTests
{
    /// <summary>Which worker is added first depends on threads, and must not decide what is reported.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Lines_that_were_not_parsed_are_in_the_order_of_the_recording(bool isFirstAdded)
    {
        var early = Worker((0, "cut", "a"), (4, "short", "d"), (4, "cut", "e"));
        var late = Worker((1, "damaged", "b"), (3, "short", "c"), (5, "empty", "f"));
        var sum = new TraceStatistics();
        foreach (var worker in isFirstAdded ? [early, late] : new[] { late, early }) sum.Add(worker);

        var info = new TraceInfoBuilder(new TraceSource("test"));
        sum.WriteTo(info, "function");
        Assert.Equal(["a", "b", "c", "d", "e"], info.NotParsedSamples);
        Assert.Equal(
            [new("cut", 2), new("damaged", 1), new("short", 2), new("empty", 1)], info.NotParsedKinds);
        Assert.Equal(6, info.NotParsed);
    }

    private static TraceStatistics Worker(params (long Place, string Reason, string Line)[] lines)
    {
        var statistics = new TraceStatistics();
        foreach (var (place, reason, line) in lines)
        {
            statistics.Place = place;
            statistics.NotParsed(-1, reason, Encoding.UTF8.GetBytes(line));
        }
        return statistics;
    }
}
