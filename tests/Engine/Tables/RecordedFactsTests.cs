using System.Text.Json;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Parquet;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Tables;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>The description of a recording comes back with its losses; one that is wrong is an error that names the file.</summary>
public class RecordedFactsTests
{
    private static readonly TableKind[] All = [TableKind.Calls, TableKind.Events, TableKind.Intervals, TableKind.Edges, TableKind.Latencies];

    public static TheoryData<string> Recordings => [.. new[] { "trace-dat/fg-zlib.dat", "trace-dat/fn-lossy.dat", "trace-dat/instances.dat",
        "trace-dat/mix-plain.dat", "latency/sched.txt.zst", "tcp-echo.trace.zst" }];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void TheDescriptionComesBack(string name)
    {
        using var folder = new TableFolder();
        var path = SharedData.Local(name);
        folder.Write(path, new TableReading { Tables = All });
        using var reader = TraceFile.Open(path);
        reader.ReadGraph(new CallTally(CallGrouping.Edge));
        var expected = Text(reader.Info, Path.GetFileName(path));
        var found = new List<TableKind>();
        foreach (var part in folder.Open().Parts)
        {
            foreach (var info in Infos(part))
            {
                Assert.Equal(expected, Text(info!, Path.GetFileName(info!.Path)));
                Assert.Equal((reader.Info.LeafReturns, reader.Info.WallOffset, reader.Info.FirstTime, reader.Info.LastTime),
                    (info.LeafReturns, info.WallOffset, info.FirstTime, info.LastTime));
                found.Add(part.Table);
            }
        }
        Assert.Contains(found, kind => kind is TableKind.Edges or TableKind.Intervals);
        Assert.Equal(found.Count, found.Distinct().Count());
    }

    [Fact]
    public void LostEventsAreSaid()
    {
        using var folder = new TableFolder();
        folder.Write(SharedData.Local("trace-dat/fn-lossy.dat"), new TableReading { Tables = [TableKind.Edges] });
        var info = Infos(folder.Part(TableKind.Edges)).Single()!;
        Assert.True(info.LostEvents > 0);
        Assert.NotNull(info.LossBasis);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"isComplete\":true,\"clockUnit\":\"Nanoseconds\"}")]
    [InlineData("{\"isComplete\":1,\"clockUnit\":\"Nanoseconds\"}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Days\"}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"0\"}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"lostEvents\":-1}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"lostEvents\":1e18}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"lostEvents\":\"7\"}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"path\":7}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"path\":\"\\ud800\"}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"cpus\":99999999999}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Nanoseconds\",\"firstTimestamp\":1e28}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Nanoseconds\",\"firstTimestamp\":2,\"lastTimestamp\":1}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"perCpu\":{}}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"perCpu\":[7]}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"eventKinds\":{\"a\":true}}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"warnings\":[7]}")]
    [InlineData("{\"isComplete\":false,\"clockUnit\":\"Counts\",\"startTime\":\"yesterday\"}")]
    [InlineData("{\"isComplete\":false,\"isComplete\":true,\"clockUnit\":\"Counts\"}")]
    public void AWrongDescriptionIsAnError(string json)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Part(json).Info(null, null));
        Assert.Equal((ErrorCode.TableUnreadable, "/x/y.parquet"), (error.Code, error.Target));
        Assert.Contains("kernel-magnifier.recording", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADescriptionIsBounded()
    {
        const string Json = "{\"isComplete\":false,\"clockUnit\":\"Counts\",\"firstTimestamp\":7}";
        Assert.Equal(7, Part(Json).Info(null, null)!.FirstTime);
        Assert.Throws<KernelMagnifierException>(() => Part(Json + new string(' ', RecordedFacts.Longest)).Info(null, null));
        Assert.Throws<KernelMagnifierException>(() => Part($"{{\"x\":{new string('[', 4000)}").Info(null, null));
    }

    /// <summary>A file whose description was changed is named before its first row, and the others are read.</summary>
    [Fact]
    public void AFileWithAWrongDescriptionIsNamed()
    {
        using var folder = new TableFolder();
        var written = folder.Write(SharedData.Local("trace-dat/mix-plain.dat"), new TableReading { Tables = [TableKind.Calls] });
        var path = Path.Combine(folder.Path, "changed.parquet");
        using (var duck = new Duck())
            duck.Run($"COPY (SELECT * FROM read_parquet('{written[0].Path}', hive_partitioning=false)) TO '{path}' (FORMAT parquet, KV_METADATA "
                + "{'kernel-magnifier.table': 'calls', 'kernel-magnifier.schema': '1', 'kernel-magnifier.recording': '{\"lostEvents\":true}'})");
        var dataset = folder.Open();
        Assert.Equal(written[0].Path, Assert.Single(dataset.Parts).Path);
        Assert.Equal(path, Assert.Single(dataset.Damaged).Target);
    }

    private static TablePart Part(string json)
        => new(ParquetTables.Create()) { Path = "/x/y.parquet", Table = TableKind.Calls, Facts = json };

    /// <summary>The descriptions on the objects of a file, each once.</summary>
    private static List<TraceInfo?> Infos(TablePart part) => [.. (part.Table switch
    {
        TableKind.Calls => part.ReadCalls(default).Select(item => item.Value.Origin.Source.Info),
        TableKind.Events => part.ReadEvents(default).Select(item => item.Value.Origin.Source.Info),
        TableKind.Intervals => part.ReadIntervals(default).Select(item => item.Value.Origin.Source.Info),
        TableKind.Edges => part.ReadEdges(default).Select(item => item.Value.Trace),
        _ => part.ReadLatencies(default).SelectMany(item => item.Value.Traces),
    }).Distinct()];

    /// <summary>All that is printed of a recording, but for its folder.</summary>
    private static string Text(TraceInfo info, string name)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) TraceInfoReport.WriteFacts(json, info);
        using var read = JsonDocument.Parse(bytes.ToArray());
        return name + " " + string.Join('\n', read.RootElement.EnumerateObject().Where(member => member.Name != "path").Select(m => m.ToString()));
    }
}
