using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// Results as objects of JSON, with the names of their properties in camelCase. Properties that are null are left out, and
/// numbers that JSON readers round are kept as they are.
/// </summary>
internal static class ProbeResultJson
{
    /// <summary>Writes a result.</summary>
    public static void Write(Utf8JsonWriter json, ProbeResult result)
    {
        json.WriteStartObject();
        Write(json, "probe", result.Probe);
        json.WriteString("kind", result.Kind);
        Write(json, "name", result.Name);
        Write(json, "key", result.Key);
        Write(json, "keys", result.Keys);
        Write(json, "value", result.Value);
        Write(json, "unit", result.Unit);
        Write(json, "interval", result.Interval);
        Write(json, "count", result.Count);
        Write(json, "total", result.Total);
        Write(json, "minimum", result.Minimum);
        Write(json, "maximum", result.Maximum);
        Write(json, "mean", result.Mean);
        Write(json, "p50", result.P50);
        Write(json, "p90", result.P90);
        Write(json, "p99", result.P99);
        WriteRanges(json, result);
        Write(json, "fields", result.Fields);
        Write(json, "stack", result.Stack);
        Write(json, "frames", result.Frames);
        Write(json, "text", result.Text);
        Write(json, "lostEvents", result.LostEvents);
        Write(json, "print", result.Print);
        Write(json, "receivedAt", result.ReceivedAt?.ToString("O", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteRanges(Utf8JsonWriter json, ProbeResult result)
    {
        if (result.Histogram is not { } ranges) return;
        json.WriteStartArray("histogram");
        foreach (var range in ranges)
        {
            json.WriteStartObject();
            json.WriteNumber("from", range.From);
            Write(json, "until", range.Until);
            json.WriteNumber("count", range.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        if (value is null) return;
        json.WritePropertyName(name);
        WriteValue(json, value);
    }

    /// <summary>Writes the value of a result.</summary>
    internal static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case long number: json.WriteNumberValue(number); break;
            case int number: json.WriteNumberValue(number); break;
            case ulong number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case IReadOnlyDictionary<string, object?> table:
                json.WriteStartObject();
                foreach (var (name, part) in table)
                {
                    json.WritePropertyName(name);
                    WriteValue(json, part);
                }
                json.WriteEndObject();
                break;
            case IEnumerable parts:
                json.WriteStartArray();
                foreach (var part in parts) WriteValue(json, part);
                json.WriteEndArray();
                break;
            default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
