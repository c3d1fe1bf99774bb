using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KernelMagnifier.Cmdlets.Incidents;

/// <summary>The visible properties of an object as JSON, a few levels deep.</summary>
internal static class ObjectJson
{
    private const int Deepest = 4, MostItems = 64;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text.</summary>
    public static string Of(PSObject item)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options)) Write(json, item, 0);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, object? value, int depth)
    {
        var inner = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        switch (inner)
        {
            case null: json.WriteNullValue(); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(inner, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            case DateTimeOffset time: json.WriteStringValue(time.UtcDateTime); break;
            case string or char or Enum or IFormattable:
                json.WriteStringValue(Convert.ToString(inner, CultureInfo.InvariantCulture));
                break;
            case not null when depth >= Deepest: json.WriteStringValue($"{value}"); break;
            case IDictionary keys: WriteKeys(json, keys, depth); break;
            case IEnumerable items: WriteItems(json, items, depth); break;
            default: WriteProperties(json, PSObject.AsPSObject(value!), depth); break;
        }
    }

    private static void WriteItems(Utf8JsonWriter json, IEnumerable items, int depth)
    {
        json.WriteStartArray();
        foreach (var item in items.Cast<object?>().Take(MostItems)) Write(json, item, depth + 1);
        json.WriteEndArray();
    }

    private static void WriteKeys(Utf8JsonWriter json, IDictionary keys, int depth)
    {
        json.WriteStartObject();
        foreach (var entry in keys.Cast<DictionaryEntry>().Take(MostItems).DistinctBy(entry => $"{entry.Key}"))
        {
            json.WritePropertyName($"{entry.Key}");
            Write(json, entry.Value, depth + 1);
        }
        json.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter json, PSObject item, int depth)
    {
        json.WriteStartObject();
        foreach (var property in item.Properties.Where(property => property.IsGettable).Take(MostItems))
        {
            json.WritePropertyName(property.Name);
            Write(json, Value(property), depth + 1);
        }
        json.WriteEndObject();
    }

    private static object? Value(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
