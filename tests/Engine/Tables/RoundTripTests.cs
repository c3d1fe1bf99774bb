using KernelMagnifier.Counting;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Tables;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>What is read from tables equals what is read from the recording, row by row.</summary>
public class RoundTripTests
{
    private static readonly TableKind[] All = [TableKind.Calls, TableKind.Events, TableKind.Intervals, TableKind.Edges, TableKind.Latencies];

    public static TheoryData<string> Small => [.. new[] { "trace-dat/fg-zlib.dat", "trace-dat/fn-lossy.dat", "trace-dat/instances.dat",
        "trace-dat/mix-plain.dat", "latency/sched.txt.zst", "tcp-echo.trace.zst" }];

    public static TheoryData<string> Large => SharedData.Folder is not { } folder ? [""]
        : [.. Directory.GetFiles(Path.Combine(folder, "latency"), "*.dat*").Concat(Directory.GetFiles(Path.Combine(folder, "latency"), "*.txt.zst"))
            .Concat([Path.Combine(folder, "dat", "ev-stack.dat"), Path.Combine(folder, "dat", "ev-many.dat"), Path.Combine(folder, "dat", "fg-depth3.dat")])];

    [Theory]
    [MemberData(nameof(Small))]
    public void ASmallRecordingComesBack(string name) => Check(SharedData.Local(name));

    [SharedDataTheory]
    [MemberData(nameof(Large))]
    public void ALargeRecordingComesBack(string path) => Check(path);

    private static void Check(string path)
    {
        using var folder = new TableFolder();
        var written = folder.Write(path, new TableReading { Tables = All, Intervals = new LatencyPlan { By = LatencyGrouping.Key } });
        var direct = new Direct();
        using (var reader = TraceFile.Open(path)) reader.ReadOnce(direct, null, null, default);
        var intervals = new List<string>();
        using (var reader = TraceFile.Open(path)) reader.Read(new IntervalBuilder(new DirectIntervals(intervals)));
        Same(direct.CallTexts, Read(written, TableKind.Calls, folder, part => part.ReadCalls(default)));
        Same(direct.EventTexts, Read(written, TableKind.Events, folder, part => part.ReadEvents(default)));
        Same(intervals, Read(written, TableKind.Intervals, folder, part => part.ReadIntervals(default)));
        using (var reader = TraceFile.Open(path))
            Same([.. reader.ReadGraph(new CallTally(CallGrouping.Edge)).Edges.Select(Edge)],
                Read(written, TableKind.Edges, folder, part => part.ReadEdges(default).Select(item => new TableItem<string>(Edge(item.Value), null, null))));
        var collector = new LatencyCollector(new LatencyPlan { By = LatencyGrouping.Key });
        var tally = new LatencyTally(collector);
        using (var reader = TraceFile.Open(path)) reader.Read(new IntervalBuilder(tally));
        collector.Add(tally);
        Same([.. collector.Latencies().Select(TableFolder.Text)], Read(written, TableKind.Latencies, folder, part => part.ReadLatencies(default)));
        Assert.True(written.Count > 0);
        Assert.All(written, file => Assert.Equal(new FileInfo(file.Path).Length, file.Bytes));
    }

    public static TheoryData<string> GraphTexts =>
        [.. Directory.GetFiles(SharedData.Local("graph"), "*.txt.zst").Select(path => Path.GetFileName(path)).Order()];

    /// <summary>Calls that are read among events lack durations that they have when calls are read alone.</summary>
    [Theory]
    [MemberData(nameof(GraphTexts))]
    public void CallsDoNotDependOnTheOtherTables(string name) => CheckCalls(SharedData.Local($"graph/{name}"));

    [SharedDataTheory]
    [InlineData("graph/fg-events.txt.zst")]
    public void CallsOfALargeTextDoNotDependOnTheOtherTables(string name) => CheckCalls(SharedData.Shared(name));

    /// <summary>A recording without times has no clock, in the file and when it is read back.</summary>
    [Fact]
    public void IntervalsWithoutTimesHaveNoClock()
    {
        using var folder = new TableFolder();
        var file = folder.Write(SharedData.Local("graph/fg-tail.txt.zst"), new TableReading { Tables = [TableKind.Intervals] }).Single();
        using var duck = new Duck();
        Assert.Equal([$"{file.Rows}|0|0|{file.Rows}"],
            duck.Rows($"SELECT count(*), count(start_clock), count(end_clock), count(duration_ns) FROM '{file.Path}'"));
        var lengths = duck.Rows($"SELECT duration_ns FROM '{file.Path}'").Select(text => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        var read = folder.Part(TableKind.Intervals).ReadIntervals(default).Select(item => item.Value).ToList();
        Assert.Equal(lengths, read.Select(interval => interval.DurationNanoseconds));
        Assert.All(read, interval => Assert.Equal((null, CallRecord.NoTime), (interval.Start, interval.Record.Start)));
    }

    private static void CheckCalls(string path)
    {
        using TableFolder alone = new(), all = new();
        var expected = alone.Write(path, new TableReading { Tables = [TableKind.Calls] });
        var actual = all.Write(path).Where(file => file.Table == TableKind.Calls).ToList();
        Assert.Equal(expected.Select(file => file.Rows), actual.Select(file => file.Rows));
        if (expected.Count == 0) return;
        using var duck = new Duck();
        string Rows(TableFile file) => $"(SELECT row_number() OVER () AS row, * FROM '{file.Path}')";
        Assert.Equal(["0"], duck.Rows($"SELECT count(*) FROM ({Rows(expected[0])} EXCEPT {Rows(actual[0])})"));
    }

    /// <summary>Measures intervals that were read from a table, and counts calls, as the cmdlets do.</summary>
    [SharedDataTheory]
    [InlineData("latency/all.dat")]
    [InlineData("latency/all-fg.dat")]
    public void ReadIntervalsHaveTheSameLatencies(string name)
    {
        using var folder = new TableFolder();
        var path = SharedData.Shared(name);
        folder.Write(path, new TableReading { Tables = [TableKind.Intervals] });
        var plan = new LatencyPlan { By = LatencyGrouping.Key };
        LatencyCollector direct = new(plan), read = new(plan);
        var tally = new LatencyTally(direct);
        using (var reader = TraceFile.Open(path)) reader.Read(new IntervalBuilder(tally));
        direct.Add(tally);
        LatencyTally? again = null;
        foreach (var item in folder.Part(TableKind.Intervals).ReadIntervals(default))
        {
            if (again is null) (again = new LatencyTally(read)).Begin(item.Value.Origin, item.Value.Names);
            again.Accept(in item.Value.Record);
        }
        read.Add(again!);
        Same([.. direct.Latencies().Select(TableFolder.Text)], [.. read.Latencies().Select(TableFolder.Text)]);
    }

    private static string Edge(CallEdge edge)
        => string.Join(" | ", edge.Caller, edge.Callee, edge.Count, edge.TotalNanoseconds, edge.SelfNanoseconds, edge.CallerModule, edge.CalleeModule);

    private static List<string> Read<T>(IReadOnlyList<TableFile> written, TableKind table, TableFolder folder, Func<TablePart, IEnumerable<TableItem<T>>> read)
    {
        if (written.All(file => file.Table != table)) return [];
        var part = folder.Part(table);
        List<string> texts = [.. read(part).Select(item => item.Value is string text ? text : TableFolder.Text(item.Value!))];
        Assert.Equal(written.Single(file => file.Table == table).Rows, texts.Count);
        Assert.Equal(part.Rows, texts.Count);
        return texts;
    }

    private static void Same(List<string> expected, List<string> actual)
    {
        for (var i = 0; i < Math.Min(expected.Count, actual.Count); i++) Assert.Equal(expected[i], actual[i]);
        Assert.Equal(expected.Count, actual.Count);
    }

    private sealed class DirectIntervals(List<string> texts) : IntervalSink
    {
        private TraceContext _context = null!;
        private LatencyNames _names = null!;

        public override void Begin(TraceContext context, LatencyNames names) => (_context, _names) = (context, names);

        public override void Accept(in IntervalRecord interval) => texts.Add(TableFolder.Text(new Interval(_context, _names, interval)));
    }

    private sealed class Direct : EventSink
    {
        private TraceContext _context = null!;
        private readonly CallTexter _calls;

        public Direct() => _calls = new CallTexter(CallTexts);

        public List<string> CallTexts { get; } = [];

        public List<string> EventTexts { get; } = [];

        public override CallSink? Calls => _calls;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(in EventRecord record) => EventTexts.Add(TableFolder.Text(new KernelEvent(_context, in record)));
    }

    private sealed class CallTexter(List<string> texts) : CallSink
    {
        private TraceContext _context = null!;

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (ref readonly var call in calls) texts.Add(TableFolder.Text(new CallEvent(_context, in call)));
        }
    }
}
