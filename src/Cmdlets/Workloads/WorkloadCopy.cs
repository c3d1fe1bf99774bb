using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cmdlets.Workloads;

/// <summary>
/// Makes workloads of their copies that come back from a file or another process. A copy is written as the JSON of a workload and
/// read as that, so that it is checked as any other untrusted one.
/// </summary>
internal static class WorkloadCopy
{
    private const int Deepest = 8;
    private const string Name = "the object";

    // What describes the format in a file, and no property of the object has.
    private static readonly string[] Format = ["Schema", "Version"];

    /// <summary>Whether an object can be the copy of a workload: only then <see cref="Of"/> says what is wrong with it.</summary>
    public static bool IsCopy(PSObject item) => item.BaseObject is not (string or ValueType)
        && item.Properties["Tasks"] is not null;

    /// <summary>The workload that an object is, or that it is the copy of.</summary>
    /// <exception cref="KernelMagnifierException">It is none.</exception>
    public static Workload Of(object? input)
    {
        var wrapped = PSObject.AsPSObject(input ?? "");
        if (wrapped.BaseObject is Workload workload) return workload;
        if (wrapped.BaseObject is string or ValueType)
            throw new KernelMagnifierException(ErrorCode.WorkloadUnreadable, Name, "it is not a workload.",
                "Pass what ConvertTo-KmWorkload or Import-KmWorkload returns.");
        var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("schema", WorkloadFile.Schema);
            json.WriteNumber("version", WorkloadFile.Version);
            Properties(json, wrapped, 0);
            json.WriteEndObject();
        }
        return WorkloadFile.Parse(output.ToArray(), Name);
    }

    private static void Properties(Utf8JsonWriter json, PSObject item, int depth)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in item.Properties)
        {
            // Properties of views are made of the others.
            if (property is PSCodeProperty or PSScriptProperty or PSAliasProperty || !seen.Add(property.Name)) continue;
            if (depth == 0 && Format.Contains(property.Name, StringComparer.OrdinalIgnoreCase)) continue;
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Value(json, property.Value, depth + 1);
        }
    }

    private static void Value(Utf8JsonWriter json, object? value, int depth)
    {
        var wrapped = value is null ? null : PSObject.AsPSObject(value);
        switch (wrapped?.BaseObject)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case double or float or decimal: json.WriteNumberValue(Convert.ToDouble(wrapped.BaseObject,
                CultureInfo.InvariantCulture)); break;
            case IConvertible number: json.WriteNumberValue(Convert.ToInt64(number, CultureInfo.InvariantCulture)); break;
            case IDictionary when depth > Deepest: json.WriteNullValue(); break;
            case IEnumerable list when depth <= Deepest:
                json.WriteStartArray();
                foreach (var one in list) Value(json, one, depth + 1);
                json.WriteEndArray();
                break;
            default:
                json.WriteStartObject();
                if (depth <= Deepest) Properties(json, wrapped, depth);
                json.WriteEndObject();
                break;
        }
    }
}
