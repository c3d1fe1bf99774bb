using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Counting;

/// <summary>Calls, edges and counts name their recording, and those of several recordings do not name one of them.</summary>
public class RecordingTests
{
    [Fact]
    public void An_edge_of_several_recordings_names_none_of_them()
    {
        var graph = Collected(CallGrouping.Edge, ("a.dat", "f", "g"), ("b.dat", "f", "g"), ("b.dat", "h", "g")).ToGraph();
        Assert.Equal([(2, null), (1, "b.dat")], graph.Edges.Select(edge => ((int)edge.Count, edge.Recording)));
        Assert.Equal(["a.dat", "b.dat"], graph.Traces.Select(trace => trace.Path).Distinct().Order());

        // As input again, the merged edge still knows both.
        var collector = new CallCollector(CallGrouping.Edge | CallGrouping.Recording);
        foreach (var edge in graph.Edges) collector.Add(edge);
        Assert.Equal([(2L, null), (1L, "b.dat")], collector.Counts().Select(count => (count.Calls, count.Recording)));
        Assert.Equal(["a.dat", "b.dat"], collector.ToGraph().Traces.Select(trace => trace.Path).Distinct().Order());
    }

    [Fact]
    public void Two_readings_of_one_file_are_one_recording()
    {
        var collector = Collected(CallGrouping.Edge | CallGrouping.Recording, ("a.dat", "f", "g"), ("a.dat", "f", "g"));
        Assert.Equal((2L, "a.dat"), Assert.Single(collector.Counts().Select(count => (count.Calls, count.Recording))));
        Assert.Equal("a.dat", Assert.Single(collector.ToGraph().Edges).Recording);
    }

    [Theory]
    [InlineData(CallGrouping.Recording, 2), InlineData(CallGrouping.Recording | CallGrouping.Function, 3)]
    [InlineData(CallGrouping.None, 1), InlineData(CallGrouping.Function, 2)]
    public void Counts_are_by_recording_if_asked(CallGrouping by, int groups)
    {
        var counts = Collected(by, ("a.dat", "f", "x"), ("a.dat", "g", "x"), ("b.dat", "g", "x")).Counts();
        Assert.Equal(groups, counts.Count);
        Assert.Equal(3, counts.Sum(count => count.Calls));
        Assert.All(counts, count => Assert.Equal(by.HasFlag(CallGrouping.Recording), count.Recording is not null));
        if (by.HasFlag(CallGrouping.Recording))
            Assert.Equal(2, counts.Where(count => count.Recording == "a.dat").Sum(count => count.Calls));
    }

    [Fact]
    public void Calls_that_scripts_make_share_their_names_but_not_for_ever()
    {
        CallEvent[] calls = [.. Enumerable.Range(0, 100).Select(i => new CallEvent($"f{i % 10}", "g"))];
        Assert.Single(calls.Select(call => call.Origin).Distinct());
        for (var i = 0; i < 70_000; i++) _ = new CallEvent($"one of many {i}");
        Assert.NotSame(calls[0].Origin, new CallEvent("f").Origin);
        Assert.Equal("f3", calls[3].Function);
    }

    private static CallCollector Collected(CallGrouping by, params (string Recording, string Function, string Caller)[] calls)
    {
        var collector = new CallCollector(by, forReport: true);
        foreach (var (recording, function, caller) in calls)
        {
            var context = new TraceContext(new TraceSource(new TraceInfo(recording)), new CallNames());
            var record = new CallRecord
            {
                Function = context.Names.Function(function, null), Caller = context.Names.Function(caller, null), Cpu = -1,
                Time = CallRecord.NoTime, Duration = CallRecord.NoDuration, SelfDuration = CallRecord.NoDuration,
                Depth = CallRecord.NoDepth,
            };
            collector.Add(new CallEvent(context, in record));
        }
        return collector;
    }
}
