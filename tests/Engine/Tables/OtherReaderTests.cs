using System.Globalization;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Tables;
using KernelMagnifier.Traces;
using KernelMagnifier.Counting;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>What DuckDB reads of the files: the types of docs/formats/tables.md, and the values of the recording.</summary>
public class OtherReaderTests
{
    private static readonly Dictionary<TableType, string> Types = new()
    {
        [TableType.Time] = "TIMESTAMP_NS", [TableType.Int] = "INTEGER", [TableType.Long] = "BIGINT", [TableType.Real] = "DOUBLE",
        [TableType.Bool] = "BOOLEAN", [TableType.Name] = "VARCHAR", [TableType.Text] = "VARCHAR", [TableType.Json] = "VARCHAR",
        [TableType.Longs] = "BIGINT[]", [TableType.Texts] = "VARCHAR[]",
    };

    private static readonly TableKind[] OfRecordings = [TableKind.Calls, TableKind.Events, TableKind.Intervals, TableKind.Edges, TableKind.Latencies];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheTypesAreThoseOfTheDocument(bool isPartitioned)
    {
        using var folder = new TableFolder();
        var options = folder.Options with { PartitionBy = isPartitioned ? folder.Options.PartitionBy : [], HostName = "h" };
        folder.Write(SharedData.Local("trace-dat/mix-plain.dat"), new TableReading { Tables = OfRecordings }, options);
        folder.Write(SharedData.Local("trace-dat/fg-zlib.dat"), new TableReading { Tables = OfRecordings }, options);
        using var duck = new Duck();
        foreach (var schema in TableSchema.All.Where(schema => OfRecordings.Contains(schema.Kind)))
        {
            var from = $"read_parquet('{folder.Path}/{schema.Name}/**/*.parquet', hive_partitioning={isPartitioned})";
            var columns = duck.Rows($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {from})");
            Assert.Equal(schema.Columns.Select(c => $"{c.Name}|{Types[c.Type]}").Order(), columns.Order());
            Assert.Equal(["h"], duck.Rows($"SELECT DISTINCT host FROM {from}"));
        }
    }

    /// <summary>A host that is named as the unknown value is none.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("Null")]
    public void AHostNamedNullIsKnown(string name)
    {
        using var folder = new TableFolder();
        var options = folder.Options with { HostName = name, RecordingName = name };
        folder.Write(SharedData.Local("trace-dat/fg-zlib.dat"), new TableReading { Tables = [TableKind.Calls] }, options);
        using var duck = new Duck();
        Assert.Equal([$"{name}|{name}"], duck.Rows(
            $"SELECT DISTINCT host, recording FROM read_parquet('{folder.Path}/calls/**/*.parquet', hive_partitioning=true)"));
        var part = folder.Part(TableKind.Calls);
        Assert.Equal((name, name), (part.Host, part.Recording));
    }

    [Fact]
    public void CallsHaveTheirNumbers()
    {
        using var folder = new TableFolder();
        var path = SharedData.Local("trace-dat/fg-zlib.dat");
        var file = folder.Write(path, new TableReading { Tables = [TableKind.Calls] }).Single();
        var calls = new Calls();
        using (var reader = TraceFile.Open(path)) reader.Read(calls);
        using var duck = new Duck();
        var sums = duck.Rows($"SELECT count(*), sum(clock), sum(cpu), sum(duration_ns), sum(self_ns), count(duration_ns), sum(depth), "
            + $"count(DISTINCT function), count(caller), sum(pid), sum(epoch_ns(time)) FROM '{file.Path}'").Single();
        var all = calls.All;
        string Sum(Func<CallRecord, Int128> of) => all.Aggregate((Int128)0, (sum, call) => sum + of(call)).ToString(CultureInfo.InvariantCulture);
        var offset = calls.Context.Source.WallOffset;
        var expected = string.Join("|", all.Count, Sum(c => c.Time), Sum(c => c.Cpu), Sum(c => Math.Max(0, c.Duration)), Sum(c => Math.Max(0, c.SelfDuration)),
            all.Count(c => c.Duration >= 0), Sum(c => Math.Max((short)0, c.Depth)), all.Select(c => c.Function).Distinct().Count(),
            all.Count(c => c.Caller != 0), Sum(c => Math.Max(0, calls.Context.Names.Tasks[c.Task].ProcessId)), offset is null ? "" : Sum(c => c.Time + (Int128)offset));
        Assert.Equal(expected, sums);
    }

    /// <summary>Row groups of the size for scans, zstd, and the metadata.</summary>
    [Fact]
    public void TheFileIsMadeForScans()
    {
        using var folder = new TableFolder();
        var file = folder.Write(SharedData.Local("trace-dat/fg-zlib.dat"), new TableReading { Tables = [TableKind.Calls] }).Single();
        using var duck = new Duck();
        Assert.Equal(["ZSTD"], duck.Rows($"SELECT DISTINCT compression FROM parquet_metadata('{file.Path}')"));
        Assert.Equal(["1"], duck.Rows($"SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{file.Path}')"));
        Assert.Contains("DELTA_BINARY_PACKED", duck.Rows($"SELECT encodings FROM parquet_metadata('{file.Path}') WHERE path_in_schema = 'clock'").Single(),
            StringComparison.Ordinal);
        Assert.Contains("DICTIONARY", duck.Rows($"SELECT encodings FROM parquet_metadata('{file.Path}') WHERE path_in_schema = 'function'").Single(),
            StringComparison.Ordinal);
        var facts = duck.Rows($"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{file.Path}')");
        Assert.Contains("kernel-magnifier.table|calls", facts);
        Assert.Contains("kernel-magnifier.schema|1", facts);
        var recording = facts.Single(fact => fact.StartsWith("kernel-magnifier.recording|", StringComparison.Ordinal));
        Assert.Contains("\"lostEvents\":", recording, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void IntervalsAndLatenciesHaveTheirNumbers()
    {
        using var folder = new TableFolder();
        var path = SharedData.Shared("latency/all.dat");
        var written = folder.Write(path, new TableReading { Tables = [TableKind.Intervals, TableKind.Latencies] });
        var collector = new LatencyCollector(new LatencyPlan());
        var tally = new LatencyTally(collector);
        using (var reader = TraceFile.Open(path)) reader.Read(new IntervalBuilder(tally));
        collector.Add(tally);
        var expected = collector.Latencies().Where(l => l.Count > 0).Select(l => $"{l.Kind}|{l.Count}|{l.SumNanoseconds}|{l.MaxNanoseconds}").Order();
        using var duck = new Duck();
        Assert.Equal(expected, duck.Rows($"SELECT kind, count(*), sum(duration_ns), max(duration_ns) FROM '{written[0].Path}' GROUP BY kind").Order());
        Assert.Equal(expected, duck.Rows($"SELECT kind, count, sum_ns, max_ns FROM '{written[1].Path}' WHERE count > 0").Order());
        Assert.Equal(expected.Count().ToString(CultureInfo.InvariantCulture), duck.Rows($"SELECT count(*) FROM '{written[1].Path}' "
            + "WHERE count > 0 AND list_sum(bucket_count) = count AND len(bucket_low_ns) = len(bucket_count) AND len(bucket_high_ns) = len(bucket_count)").Single());
    }

    private sealed class Calls : CallSink
    {
        public List<CallRecord> All { get; } = [];

        public TraceContext Context { get; private set; } = null!;

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => Context = context;

        public override void Accept(ReadOnlySpan<CallRecord> calls) => All.AddRange(calls.ToArray());
    }
}
