using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Model;

/// <summary>A reading that is stopped, as <c>Select-Object -First</c> does, does not claim to know the numbers of the recording.</summary>
public class StoppedReadingTests
{
    public static TheoryData<string> Recordings => ["tcp-echo.trace.zst", "trace-dat/fn-lossy.dat", "graph/fg-default.txt.zst"];

    [Theory, MemberData(nameof(Recordings))]
    public void TheNumbersOfAStoppedReadingAreUnknown(string name)
    {
        using var reader = TraceFile.Open(SharedData.Local(name));
        var sink = new StoppingSink();
        Assert.Throws<OperationCanceledException>(() => reader.Read(sink));

        Assert.False(reader.Info.IsComplete);
        Assert.All(TraceInfoFields.Of(reader.Info).Where(f => f.Name is "calls" or "events" or "lostEvents" or "notParsed"),
            field => Assert.Equal(ReportKind.None, field.Value.Kind));
        var caption = GraphCaption.Of(new GraphModel(sink.Counted.ToGraph(), _ => false), new GraphOptions(), null);
        const string Unknown = "Unknown whether events were lost: the recording was not read to its end";
        Assert.Equal(Unknown, caption.Lost);
        Assert.Contains(Unknown, CallCountChart.Script(sink.Counted.Counts(CallGrouping.Edge), "svg", 5, null), StringComparison.Ordinal);
        var stacks = new StackProfile();
        stacks.Begin(new TraceContext(new TraceSource(reader.Info), new CallNames()));
        Assert.Contains($"{Unknown}.", ProfileMarks.Of(stacks, isTimeline: false, byTime: false));
        using var xml = new MemoryStream();
        GraphMlWriter.Write(sink.Counted.ToGraph(), "title", xml);
        Assert.DoesNotContain("<data key=\"lost\"", System.Text.Encoding.UTF8.GetString(xml.ToArray()), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Recordings))]
    public void TheNumbersOfAWholeReadingAreKnown(string name)
    {
        using var reader = TraceFile.Open(SharedData.Local(name));
        var info = reader.Read(new CallTally(CallGrouping.Edge));
        Assert.True(info.IsComplete);
        Assert.Equal(info.Calls.ToString(), TraceInfoFields.Of(info).Single(f => f.Name == "calls").Value.ToString());
    }

    /// <summary>Counts the first batch and stops the reading.</summary>
    private sealed class StoppingSink : CallSink
    {
        public CallTally Counted { get; } = new(CallGrouping.Edge);

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => Counted.Begin(context);

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            Counted.Accept(calls);
            throw new OperationCanceledException();
        }
    }
}
