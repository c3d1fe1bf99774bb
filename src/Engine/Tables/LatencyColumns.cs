using System.Buffers;
using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Tables;

/// <summary>Latencies as rows, with the id of the log record that one belongs to.</summary>
internal static class LatencyColumns
{
    /// <summary>Adds the value of a column behind the common ones.</summary>
    public static void Copy((Latency.Latency Latency, Guid? Record) item, int column, TableChunk chunk)
    {
        var (latency, record) = item;
        var (row, until) = (latency.Row, latency.Row.From + latency.Every);
        switch (column)
        {
            case 0: chunk.Add(latency.Kind); break;
            case 1: chunk.Add(latency.Key); break;
            case 2: chunk.Add(latency.Name); break;
            case 3: chunk.Add(latency.Comm); break;
            case 4: chunk.Add(latency.ProcessId); break;
            case 5: chunk.Add(latency.Cpu); break;
            case 6: chunk.Add(row.IsWallTime ? row.From : null); break;
            case 7: chunk.Add(row.IsWallTime ? until : null); break;
            case 8: chunk.Add(row.IsWallTime ? null : row.From); break;
            case 9: chunk.Add(row.IsWallTime ? null : until); break;
            case 25: chunk.Add(record?.ToString("D")); break;
            default: CopyLengths(latency, column, chunk); break;
        }
    }

    private static void CopyLengths(Latency.Latency latency, int column, TableChunk chunk)
    {
        switch (column)
        {
            case 10: chunk.Add(latency.Count); break;
            case 11: chunk.Add(latency.SumNanoseconds); break;
            case 12: chunk.Add(latency.MinNanoseconds); break;
            case 13: chunk.Add(latency.P50Nanoseconds); break;
            case 14: chunk.Add(latency.P90Nanoseconds); break;
            case 15: chunk.Add(latency.P99Nanoseconds); break;
            case 16: chunk.Add(latency.P999Nanoseconds); break;
            case 17: chunk.Add(latency.MaxNanoseconds); break;
            case 18: chunk.Add(latency.MeanNanoseconds); break;
            case 19: Low(latency.Histogram, chunk); break;
            case 20: High(latency.Histogram, chunk); break;
            case 21: Counts(latency.Histogram, chunk); break;
            case 22: chunk.Add(latency.Unit); break;
            case 23: chunk.Add(latency.Method); break;
            case 24: chunk.Add(latency.Account is { } account ? Account(account) : null); break;
            default: chunk.Add(Json(latency)); break;
        }
    }

    /// <summary>Adds the list of the least values of ranges.</summary>
    public static void Low(IReadOnlyList<LatencyBucket>? ranges, TableChunk chunk)
        => chunk.AddList(ranges, static (to, range) => to.Add(range.From));

    /// <summary>Adds the list of the values at which the next ranges begin.</summary>
    public static void High(IReadOnlyList<LatencyBucket>? ranges, TableChunk chunk)
        => chunk.AddList(ranges, static (to, range) =>
        {
            if (range.Until is { } until) to.Add(until);
            else to.AddNullElement();
        });

    /// <summary>Adds the list of the counts of ranges.</summary>
    public static void Counts(IReadOnlyList<LatencyBucket>? ranges, TableChunk chunk)
        => chunk.AddList(ranges, static (to, range) => to.Add(range.Count));

    /// <summary>The bytes of a JSON document.</summary>
    public static ReadOnlySpan<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, FieldsJson.Options)) write(json);
        return buffer.WrittenSpan;
    }

    private static ReadOnlySpan<byte> Json(Latency.Latency latency) => Json(json => LatencyJson.Write(json, latency));

    private static string Account(IReadOnlyDictionary<string, long> account) => System.Text.Encoding.UTF8.GetString(Json(json =>
    {
        json.WriteStartObject();
        foreach (var (term, count) in account) json.WriteNumber(term, count);
        json.WriteEndObject();
    }));
}
