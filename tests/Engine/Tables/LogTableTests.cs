using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Parquet;
using KernelMagnifier.Tables;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>Logs of measurements as tables.</summary>
public class LogTableTests
{
    [Fact]
    public void RecordsLatenciesAndResultsComeBack()
    {
        using var folder = new TableFolder();
        List<Measurement> records = [.. new LogReader().Read(SharedData.Local("logs/web.ndjson"), default)];
        using (var export = new TableExport(ParquetTables.Create(), folder.Options with { RecordingName = "web.ndjson" }, default))
        {
            foreach (var record in records) export.Add(record);
            Assert.NotEmpty(export.Commit());
        }
        var parts = folder.Open().Parts;
        Assert.Equal(records.Select(record => record.HostName).Distinct().Count(), parts.Count(part => part.Table == TableKind.Logs));
        var read = parts.Where(part => part.Table == TableKind.Logs).SelectMany(part => part.ReadLogs(default)).ToList();
        Assert.Equal(records.Select(Line).Order(), read.Select(item => Line(item.Value)).Order());
        Assert.All(read, item => Assert.Equal((item.Value.HostName, "web.ndjson"), (item.Host, item.Recording)));
        Assert.Equal(records.SelectMany(record => record.Latencies).Select(TableFolder.Text).Order(),
            parts.Where(part => part.Table == TableKind.Latencies).SelectMany(part => part.ReadLatencies(default)).Select(item => TableFolder.Text(item.Value)).Order());
        Assert.Equal(records.SelectMany(record => record.Results).Select(result => result.ToString()).Order(),
            parts.Where(part => part.Table == TableKind.Probes).SelectMany(part => part.ReadProbes(default)).Select(item => item.Value.ToString()).Order());
    }

    private static string Line(Measurement record) => System.Text.Encoding.UTF8.GetString(MeasurementJson.ToLine(record));
}
