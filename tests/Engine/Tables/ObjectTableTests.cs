using KernelMagnifier.Counting;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Parquet;
using KernelMagnifier.Tables;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>Tables of objects equal those of recordings in every column of every row.</summary>
public class ObjectTableTests
{
    private static readonly TableKind[] All = [TableKind.Calls, TableKind.Events, TableKind.Intervals, TableKind.Edges];

    public static TheoryData<string> Recordings => [.. new[] { "trace-dat/fg-zlib.dat", "trace-dat/instances.dat", "trace-dat/mix-plain.dat",
        "latency/sched.txt.zst", "tcp-echo.trace.zst" }];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void ObjectsHaveTheRowsOfTheirRecording(string name)
    {
        using TableFolder fromRecording = new(), fromObjects = new();
        var path = SharedData.Local(name);
        var expected = fromRecording.Write(path, new TableReading { Tables = All });
        var actual = WriteObjects(path, fromObjects);
        Assert.Equal(expected.Select(file => (file.Table, file.Host, file.Recording, file.Rows)),
            actual.Select(file => (file.Table, file.Host, file.Recording, file.Rows)));
        using var duck = new Duck();
        for (var i = 0; i < expected.Count; i++)
        {
            // Another reader compares all columns and the order of rows; a null equals a null.
            string Rows(TableFile file) => $"(SELECT row_number() OVER () AS row, * FROM read_parquet('{file.Path}', hive_partitioning=false))";
            Assert.Equal(["0"], duck.Rows($"SELECT count(*) FROM ({Rows(expected[i])} EXCEPT {Rows(actual[i])})"));
            Assert.Equal(["0"], duck.Rows($"SELECT count(*) FROM ({Rows(actual[i])} EXCEPT {Rows(expected[i])})"));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void EdgesThatWereReadMakeTheSameGraph(string name)
    {
        using var folder = new TableFolder();
        var path = SharedData.Local(name);
        folder.Write(path, new TableReading { Tables = [TableKind.Edges] });
        if (folder.IsEmpty) return;
        using var reader = TraceFile.Open(path);
        var direct = reader.ReadGraph(new CallTally(CallGrouping.Edge));
        var edges = folder.Part(TableKind.Edges).ReadEdges(default).Select(item => item.Value).ToList();
        var read = new CallGraph([.. edges.SelectMany(edge => edge.Traces).Distinct()], edges);
        Assert.Equal(Texts(direct), Texts(read));
        Assert.Equal(direct.Traces.Select(Losses), read.Traces.Select(Losses));
    }

    /// <summary>The rows of two recordings that are read would mix in one file.</summary>
    [Theory]
    [InlineData(nameof(TableKind.Calls))]
    [InlineData(nameof(TableKind.Events))]
    [InlineData(nameof(TableKind.Edges))]
    public void TwoRecordingsOfOneNameAndHostAreAnError(string name)
    {
        var table = Enum.Parse<TableKind>(name);
        using var folder = new TableFolder();
        using var export = new TableExport(ParquetTables.Create(), folder.Options with { HostName = "h" }, default);
        var path = SharedData.Local("trace-dat/mix-plain.dat");
        using (var reader = TraceFile.Open(path)) export.Read(reader, new TableReading { Tables = [table] });
        using var again = TraceFile.Open(path);
        var error = Assert.Throws<KernelMagnifierException>(() => export.Read(again, new TableReading { Tables = [table] }));
        Assert.Equal((ErrorCode.MixedInput, path), (error.Code, error.Target));
    }

    /// <summary>A group that is larger than a block of rows, with rows that have values and such that have none.</summary>
    [Fact]
    public void AGroupOfManyBlocksComesBack()
    {
        using var folder = new TableFolder();
        const int Rows = (RowBlocks<CallRecord>.Size * 2) + 77;
        var names = new DetachedCalls();
        using (var export = new TableExport(ParquetTables.Create(), folder.Options, default))
        {
            for (var i = 0; i < Rows; i++) export.Add(Call(names, i));
            Assert.Equal(Rows, Assert.Single(export.Commit()).Rows);
        }
        var row = 0;
        foreach (var item in folder.Part(TableKind.Calls).ReadCalls(default))
        {
            Assert.Equal(TableFolder.Text(Call(names, row)), TableFolder.Text(item.Value));
            row++;
        }
        Assert.Equal(Rows, row);
    }

    private static CallEvent Call(DetachedCalls names, int row)
    {
        var values = new CallRecord
        {
            Time = row % 11 == 0 ? CallRecord.NoTime : row * 1000L, Cpu = row % 5 == 0 ? -1 : row % 8,
            Context = row % 3 == 0 ? ExecutionContext.SoftIrq : ExecutionContext.Task, Depth = (short)(row % 4 == 0 ? -1 : row % 100),
            Duration = row % 2 == 0 ? CallRecord.NoDuration : row, SelfDuration = row % 6 == 0 ? CallRecord.NoDuration : row / 2,
        };
        var (context, record) = names.Complete("many", ClockUnit.Nanoseconds,
            new FunctionValues($"f{row % 700}", row % 7 == 0 ? "tcp" : null, row % 9 == 0 ? "net/ipv4/tcp.c" : null, row % 9 == 0 ? row : null),
            new FunctionValues(row % 13 == 0 ? null : $"g{row % 50}", null, null, null),
            row % 10 == 0 ? KernelTask.Unknown : new KernelTask(0, row % 300, row % 4 == 0 ? null : row % 30, $"task{row % 300}"), in values);
        return new CallEvent(context, in record);
    }

    private static List<string> Texts(CallGraph graph) => [.. graph.Edges.Select(edge => string.Join('|', edge.Caller, edge.Callee, edge.Count,
        edge.TotalNanoseconds, edge.SelfNanoseconds, edge.CallerModule, edge.CalleeModule, edge.CalleeSourceFile, edge.CalleeSourceLine))];

    private static (long, long, string?, bool, long, long?, long?) Losses(TraceInfo trace)
        => (trace.Calls, trace.LostEvents, trace.LostEventsBasis, trace.LostEventsIsMinimum, trace.NotParsed, trace.FirstTime, trace.LastTime);

    private static IReadOnlyList<TableFile> WriteObjects(string path, TableFolder folder)
    {
        using var export = new TableExport(ParquetTables.Create(), folder.Options, default);
        using (var reader = TraceFile.Open(path)) reader.ReadOnce(new Objects(export), null, null, default);
        using (var reader = TraceFile.Open(path)) reader.Read(new IntervalBuilder(new Intervals(export)));
        using (var reader = TraceFile.Open(path))
            foreach (var edge in reader.ReadGraph(new CallTally(CallGrouping.Edge)).Edges) export.Add(edge);
        return export.Commit();
    }

    private sealed class Intervals(TableExport export) : IntervalSink
    {
        private TraceContext _context = null!;
        private LatencyNames _names = null!;

        public override void Begin(TraceContext context, LatencyNames names) => (_context, _names) = (context, names);

        public override void Accept(in IntervalRecord interval) => export.Add(new Interval(_context, _names, interval));
    }

    private sealed class Objects(TableExport export) : EventSink
    {
        private readonly ObjectCalls _calls = new(export);
        private TraceContext _context = null!;

        public override CallFields Fields => CallFields.All;

        public override CallSink? Calls => _calls;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(in EventRecord record) => export.Add(new KernelEvent(_context, in record));
    }

    private sealed class ObjectCalls(TableExport export) : CallSink
    {
        private TraceContext _context = null!;

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (ref readonly var call in calls) export.Add(new CallEvent(_context, in call));
        }
    }
}
