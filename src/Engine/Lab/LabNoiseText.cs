using System.Text;
using System.Text.Json;

namespace KernelMagnifier.Lab;

/// <summary>What the noise command prints as JSON in a guest, and this machine reads: untrusted there.</summary>
internal static class LabNoiseText
{
    private const int MostRows = 256;

    /// <summary>The rows as a JSON array.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<LabNoise> rows)
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteNumber("cpu", row.Cpu);
            json.WriteString("method", row.Method);
            json.WriteNumber("duration", Math.Round(row.Duration.TotalSeconds, 3));
            json.WriteNumber("thresholdNanoseconds", row.ThresholdNanoseconds);
            json.WriteNumber("count", row.Count);
            json.WriteNumber("noisePercent", row.NoisePercent);
            WriteNumber(json, "p50Nanoseconds", row.P50Nanoseconds);
            WriteNumber(json, "p99Nanoseconds", row.P99Nanoseconds);
            WriteNumber(json, "maxNanoseconds", row.MaxNanoseconds);
            json.WriteString("accelerator", row.Accelerator);
            json.WriteString("note", row.Note);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Reads the array; null if it is none.</summary>
    public static IReadOnlyList<LabNoise>? Parse(string text, string accelerator, string? note)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            return
            [
                .. document.RootElement.EnumerateArray().Take(MostRows).Select(row => new LabNoise
                {
                    Cpu = row.GetProperty("cpu").GetInt32(), Method = nameof(SpinLoop),
                    Duration = TimeSpan.FromSeconds(Math.Clamp(row.GetProperty("duration").GetDouble(), 0, 1e6)),
                    ThresholdNanoseconds = row.GetProperty("thresholdNanoseconds").GetInt64(),
                    Count = row.GetProperty("count").GetInt64(), NoisePercent = row.GetProperty("noisePercent").GetDouble(),
                    P50Nanoseconds = Number(row, "p50Nanoseconds"), P99Nanoseconds = Number(row, "p99Nanoseconds"),
                    MaxNanoseconds = Number(row, "maxNanoseconds"), Accelerator = accelerator, Note = note,
                }),
            ];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static long? Number(JsonElement row, string name)
        => row.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
