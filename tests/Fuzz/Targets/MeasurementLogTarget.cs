using System.Text;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Logs of measurements in every form: a line is a record that is written and read back as it was, or a counted problem, in
/// whatever pieces it comes.
/// </summary>
internal sealed class MeasurementLogTarget() : FuzzTarget("measurement-log")
{
    private const string Record = """
        {"schemaVersion":"1.0","timestamp":"2026-11-30T12:00:00.0000000Z","id":"00000001-0000-0000-0000-000000000000","status":"Completed",
        "resource":{"host.name":"web1","host.arch":"arm32","linux.machine":"armv6l","host.cpu.count":4},
        "schedule":{"name":"runq","epoch":"00000001-0000-0000-0000-000000000000","sequence":3},"request":{"preset":["Scheduling"],"parameter":{"us":"5"}},
        "latencies":[{"kind":"Wakeup","key":"7/0","comm":"a","processId":7,"unit":"Nanoseconds","method":"Histogram","count":3,"sumNanoseconds":900,
        "minNanoseconds":100,"meanNanoseconds":300,"maxNanoseconds":500,"percentiles":[{"name":"P50","nanoseconds":300},{"name":"P90","nanoseconds":500},
        {"name":"P99","nanoseconds":500},{"name":"P999","nanoseconds":500,"lowNanoseconds":1,"highNanoseconds":500}],
        "histogram":[[0,256,1],[256,272,1],[512,null,1]],"account":{"starts":3}}],"counters":[{"name":"a","unit":"1","value":1e-5}],
        "results":[{"kind":"Histogram","name":"@h","count":1,"histogram":[{"from":1,"until":2,"count":1}]}],
        "cost":{"cpuNanoseconds":100,"bytesRead":0,"bufferMemoryBytes":0},"warnings":["x"]}
        """;

    private static readonly string Line = Record.ReplaceLineEndings("");

    /// <summary>Every form of a log.</summary>
    public static IEnumerable<byte[]> Seeds =>
    [
        Encoding.UTF8.GetBytes($"{Line}\n{Line}\n"),
        Encoding.UTF8.GetBytes($"Nov 30 12:00:00 web1 kernel-magnifier[7]: @cee: {Line}\n"),
        Encoding.UTF8.GetBytes($"{{\"__REALTIME_TIMESTAMP\":\"1\",\"KM_RECORD\":{System.Text.Json.JsonSerializer.Serialize(Line)}}}\n"),
        [.. "__CURSOR=s\nKM_RECORD\n"u8, .. BitConverter.GetBytes((long)Line.Length), .. Encoding.UTF8.GetBytes(Line), .. "\n\n"u8],
    ];

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var (records, findings) = Records(input, 0);
        Check(findings.Records == records.Count, $"{findings.Records} records are counted, and {records.Count} passed");
        foreach (var record in records)
        {
            var line = MeasurementJson.ToLine(record);
            Check(!line.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~'), $"a line has a character that is not printable");
            var (again, problem) = MeasurementJson.Read(line);
            Check(again is not null && MeasurementJson.ToLine(again).AsSpan().SequenceEqual(line), $"a record is not read as it was written: {problem}");
            Check(LogReports.Row(record).Length == LogReports.Table().Columns.Count, $"{record}");
            MeasurementSamples.Of(record);
        }
        foreach (var every in new TimeSpan?[] { null, TimeSpan.FromHours(1) })
        {
            var merged = LogLatencies.Merge(records, every);
            Check(merged.Sum(one => one.Count) == records.Sum(record => record.Latencies.Sum(one => one.Count)), $"intervals are lost");
            Check(merged.All(one => one.Histogram.Sum(range => range.Count) == one.Count), $"a histogram is not that of its latency");
        }
        if (input.Length == 0 || Draw(input) % 4 != 0) return;
        var (pieces, others) = Records(input, Draw(input));
        Check(pieces.Count == records.Count && others.NotParsed == findings.NotParsed, $"pieces give other records");
    }

    private static (List<Measurement> Records, LogFindings Findings) Records(ReadOnlySpan<byte> input, uint seed)
    {
        var reader = new LogReader();
        using Stream stream = seed == 0 ? new MemoryStream(input.ToArray()) : new PieceStream(input.ToArray(), seed, 64);
        var records = reader.Read(stream, "log", default).ToList();
        foreach (var warning in reader.Findings.Warnings()) Check(warning.EndsWith('.'), $"{warning}");
        return (records, reader.Findings);
    }
}
