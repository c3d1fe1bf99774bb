using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Live;

namespace KernelMagnifier.Engine.Tests.Live;

/// <summary>Calls of the function tracer that are read while they are written are those of the recording.</summary>
public sealed class LiveCallTests
{
    [SharedDataTheory]
    [InlineData("dat/fn-small.dat", 1)]
    [InlineData("dat/fn-small-lossy.dat", 2)]
    [InlineData("dat/mix-fn-events.dat", 3)]
    public void CallsEqualThoseOfTheFile(string file, int seed)
    {
        var path = SharedData.Shared(file);
        var filter = new CallFilter { Function = ["*lock*"] };
        foreach (var chosen in new[] { null, filter })
        {
            var expected = new OrderedCalls();
            using (var reader = TraceFile.Open(path)) reader.ReadOnce(expected, chosen, null, default);
            var (pages, metadata) = StoredPages.Open(path, seed);
            var found = new OrderedCalls();
            using var live = new LiveTraceReader(pages, metadata, "", new());
            var info = live.ReadOnce(found, chosen, null, default);
            Assert.True(pages.Marks > 10, $"{pages.Marks} marks");
            Assert.Equal(Lines(expected), Lines(found));
            Assert.True(info.Calls >= found.Calls.Count);
        }
    }

    [SharedDataFact]
    public void CallsAndEventsAreInterleaved()
    {
        var path = SharedData.Shared("dat/mix-fn-events.dat");
        var expected = new Both();
        using (var reader = TraceFile.Open(path)) reader.ReadOnce(expected, null, null, default);
        var (pages, metadata) = StoredPages.Open(path, 4);
        var found = new Both();
        using var live = new LiveTraceReader(pages, metadata, "", new());
        live.ReadOnce(found, null, null, default);
        Assert.Contains(expected.Lines, line => line.StartsWith("call", StringComparison.Ordinal));
        Assert.Contains(expected.Lines, line => line.StartsWith("event", StringComparison.Ordinal));
        Assert.Equal(expected.Lines, found.Lines);
        Assert.True(found.Idles > 10, $"{found.Idles}");
    }

    private static IEnumerable<string> Lines(OrderedCalls calls) => calls.Calls.Select(call
        => $"{call.Time} {call.Cpu} {calls.Names.Functions[call.Function]} {calls.Names.Functions[call.Caller]} {calls.Names.Tasks[call.Task].ProcessId}");

    private sealed class Both : EventSink
    {
        private Lined? _calls;

        public List<string> Lines { get; } = [];

        public int Idles { get; private set; }

        public override CallSink Calls => _calls ??= new Lined(Lines);

        public override void Accept(in EventRecord record) => Lines.Add($"event {record.Time} {record.Cpu} {record.Schema.Name}");

        public override void Idle() => Idles++;

        private sealed class Lined(List<string> lines) : CallSink
        {
            public override CallFields Fields => CallFields.All;

            public override bool InOrder => true;

            public override void Accept(ReadOnlySpan<CallRecord> calls)
            {
                foreach (var call in calls) lines.Add($"call {call.Time} {call.Cpu}");
            }
        }
    }
}
