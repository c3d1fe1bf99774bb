using System.Text.Json;

namespace KernelMagnifier.Probes.Results;

/// <summary>Reads the maps in the output of bpftrace: one result for each value.</summary>
/// <param name="source">What the results have in common.</param>
/// <param name="findings">Counts what is wrong.</param>
internal sealed class MapReader(OutputSource source, OutputFindings findings)
{
    // bpftrace allows 4,096 keys unless it is told otherwise.
    private const int MostEntries = 1 << 17;

    /// <summary>Reads a map, and returns whether all of it could be read.</summary>
    /// <param name="type">The type of the object: <c>map</c>, <c>hist</c> or <c>stats</c>.</param>
    /// <param name="name">The name of the map.</param>
    /// <param name="value">Its value, or its values by key.</param>
    /// <param name="print">Which print of the map this is.</param>
    /// <param name="write">Takes the results.</param>
    public bool Read(string type, string name, JsonElement value, int print, Action<ProbeResult> write)
    {
        var declared = source.Maps.GetValueOrDefault(name);
        var place = new MapPlace(name, declared, print);
        if (value.ValueKind != JsonValueKind.Object || (type == "stats" && declared is not { Keys.Count: > 0 } && IsStats(value)))
            return Write(type, place, value, write);
        var (entries, isWhole) = (0, true);
        foreach (var entry in value.EnumerateObject())
        {
            if (++entries > MostEntries) findings.LeftOut++;
            else isWhole &= Write(type, Keyed(place, entry.Name), entry.Value, write);
        }
        return isWhole;
    }

    private bool Write(string type, in MapPlace place, JsonElement value, Action<ProbeResult> write)
    {
        var isUnsigned = place.Declared is { IsUnsigned: true };
        switch (type)
        {
            case "hist":
                var factor = TimeUnits.Nanoseconds(place.Declared?.Unit);
                if (value.ValueKind != JsonValueKind.Array || ResultRanges.Read(value, factor ?? 1) is not { } ranges)
                    return false;
                write(source.Of(place, ranges, factor is not null));
                return true;
            case "stats" when value.ValueKind == JsonValueKind.Number:
                write(source.Of(place, null, null, Real(value, isUnsigned)));
                return true;
            case "stats" when IsStats(value):
                write(source.Of(place, OutputNumbers.Whole(value.GetProperty("count"u8)),
                    OutputNumbers.Whole(value.GetProperty("total"u8)), Real(value.GetProperty("average"u8), isUnsigned)));
                return true;
            case "stats": return false;
            default:
                var known = OutputNumbers.Of(value, isUnsigned);
                write(source.Of(place, known, known is string text ? StackText.Frames(StackText.Plain(text)) : null));
                return true;
        }
    }

    private static double? Real(JsonElement value, bool isUnsigned) => OutputNumbers.Of(value, isUnsigned) switch
    {
        long number => number,
        ulong number => number,
        double number => number,
        _ => null,
    };

    private static bool IsStats(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return false;
        foreach (var part in value.EnumerateObject())
            if (part.Value.ValueKind != JsonValueKind.Number)
                return false;
        return value.TryGetProperty("count"u8, out _) && value.TryGetProperty("average"u8, out _)
            && value.TryGetProperty("total"u8, out _);
    }

    private MapPlace Keyed(in MapPlace place, string text)
    {
        var key = StackText.Plain(text);
        var declared = place.Declared?.Keys ?? [];
        if (declared.Count == 0) return ByShape(place, key);
        var parts = KeyParts.Divide(key, declared, out var isAmbiguous) ?? OfArray(key, declared.Count);
        if (parts is null)
        {
            if (isAmbiguous) findings.AmbiguousKeys++;
            return place with { Key = key };
        }
        string[]? frames = null;
        var values = new object?[parts.Length];
        var rest = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            var stack = declared[i].Type is "kstack" or "ustack" ? StackText.Frames(parts[i]) ?? [] : null;
            values[i] = stack is not null ? StackText.Functions(stack)
                : declared[i].Type == "integer" ? OutputNumbers.Parse(parts[i]) ?? parts[i] : parts[i];
            if (stack is null) rest.Add(parts[i]);
            else frames ??= stack;
        }
        return place with
        {
            Key = rest.Count == 0 ? null : string.Join(',', rest), Frames = frames,
            Keys = ResultFields.Of(declared.Select((part, i) => KeyValuePair.Create(part.Name, values[i]))),
        };
    }

    /// <summary>Without a declaration, only a stack can be told from the rest of a key.</summary>
    private static MapPlace ByShape(in MapPlace place, string key)
    {
        if (StackText.Find(key) is not (var start, var end) || StackText.Frames(key[start..end]) is not { } frames)
            return place with { Key = key };
        var (before, after) = (key[..start].TrimEnd(','), key[end..].TrimStart(','));
        var rest = before.Length == 0 ? after : after.Length == 0 ? before : $"{before},{after}";
        return place with { Key = rest.Length == 0 ? null : rest, Frames = frames };
    }

    /// <summary>The parts of a key that is an array of JSON, as newer versions print tuples.</summary>
    private static string[]? OfArray(string key, int count)
    {
        if (key is not ['[', .., ']']) return null;
        try
        {
            using var json = JsonDocument.Parse(key, new JsonDocumentOptions { MaxDepth = 4 });
            string[] parts = [.. json.RootElement.EnumerateArray()
                .Select(part => part.ValueKind == JsonValueKind.String ? part.GetString()! : part.GetRawText())];
            return parts.Length == count ? parts : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
