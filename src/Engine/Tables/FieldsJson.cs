using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>The fields of an event as a JSON object, and back. For one thread.</summary>
internal sealed class FieldsJson
{
    /// <summary>Texts are read by programs, not by browsers: only what JSON needs is escaped.</summary>
    public static readonly JsonWriterOptions Options = new() { SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Utf8JsonWriter? _json;

    /// <summary>The object, until the next one is made.</summary>
    public ReadOnlySpan<byte> Of(IReadOnlyList<EventField> fields)
    {
        _buffer.ResetWrittenCount();
        var json = _json ??= new Utf8JsonWriter(_buffer, Options);
        json.Reset(_buffer);
        _known.Clear();
        json.WriteStartObject();
        for (var i = 0; i < fields.Count; i++)
        {
            // A damaged format can have a name twice.
            if (fields.Count > 1 && !_known.Add(fields[i].Name)) continue;
            json.WritePropertyName(fields[i].Name);
            Write(json, fields[i].Value);
        }
        json.WriteEndObject();
        json.Flush();
        return _buffer.WrittenSpan;
    }

    /// <summary>The fields of an object.</summary>
    /// <exception cref="JsonException">It is no object of JSON.</exception>
    public static IReadOnlyList<EventField> Read(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 8 });
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("It is no object.");
        return [.. document.RootElement.EnumerateObject().Select(field => new EventField(field.Name, ValueOf(field.Value),
            null))];
    }

    private static object? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        // Without the casts, all three are real numbers.
        JsonValueKind.Number when value.TryGetInt64(out var number) => (object)number,
        JsonValueKind.Number when value.TryGetUInt64(out var large) => (object)large,
        JsonValueKind.Number => (object)value.GetDouble(),
        JsonValueKind.Array => ArrayOf(value),
        _ => value.GetRawText(),
    };

    private static object ArrayOf(JsonElement value)
    {
        var all = new List<object?>();
        var numbers = true;
        foreach (var one in value.EnumerateArray())
        {
            all.Add(ValueOf(one));
            numbers &= all[^1] is long;
        }
        return numbers ? all.ConvertAll(one => (long)one!).ToArray() : all.ToArray();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case ulong number: json.WriteNumberValue(number); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case double real when double.IsFinite(real): json.WriteNumberValue(real); break;
            case IEnumerable several:
                json.WriteStartArray();
                foreach (var one in several) Write(json, one);
                json.WriteEndArray();
                break;
            case IConvertible number and not double: json.WriteNumberValue(number.ToInt64(CultureInfo.InvariantCulture)); break;
            default: json.WriteStringValue(value.ToString()); break;
        }
    }
}
