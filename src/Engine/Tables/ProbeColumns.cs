using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Tables;

/// <summary>Results of probes as rows, with the id of the log record that one belongs to.</summary>
internal static class ProbeColumns
{
    /// <summary>Adds the value of a column behind the common ones.</summary>
    public static void Copy((ProbeResult Result, Guid? Record) item, int column, TableChunk chunk)
    {
        var (result, record) = item;
        switch (column)
        {
            case 0: chunk.Add(result.Probe); break;
            case 1: chunk.Add(result.Kind); break;
            case 2: chunk.Add(result.Name); break;
            case 3: chunk.Add(result.Key); break;
            case 4: AddValue(result.Value, chunk); break;
            case 5: chunk.Add(result.Unit); break;
            case 6: chunk.Add(result.Count); break;
            case 7: LatencyColumns.Low(result.Histogram, chunk); break;
            case 8: LatencyColumns.High(result.Histogram, chunk); break;
            case 9: LatencyColumns.Counts(result.Histogram, chunk); break;
            case 10: chunk.Add(record?.ToString("D")); break;
            default: chunk.Add(LatencyColumns.Json(json => ProbeResultJson.Write(json, result))); break;
        }
    }

    private static void AddValue(object? value, TableChunk chunk)
    {
        if (value is null) chunk.AddNull();
        else chunk.Add(LatencyColumns.Json(json => ProbeResultJson.WriteValue(json, value)));
    }
}
