using System.Text;
using System.Text.Json;

namespace KernelMagnifier.Logs;

/// <summary>Finds records in exported entries of the journal: the field <see cref="Field"/> holds the record.</summary>
internal static class JournalEntries
{
    /// <summary>The field of the record.</summary>
    public const string Field = "KM_RECORD";

    /// <summary>What is wrong with an entry whose record is missing.</summary>
    public const string Shortened = "journalctl leaves out long fields. Export the journal again with the option --all.";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4 };

    /// <summary>Whether a line can be an entry of <c>journalctl -o json</c>.</summary>
    public static bool CanBe(ReadOnlySpan<byte> line)
        => line.StartsWith("{"u8) && !line.StartsWith("{\"schemaVersion\""u8) && line.IndexOf("\"__REALTIME_TIMESTAMP\""u8) > 0;

    /// <summary>Whether a line begins an entry of <c>journalctl -o export</c>.</summary>
    public static bool BeginsExport(ReadOnlySpan<byte> line)
        => line.StartsWith("__CURSOR="u8) || line.StartsWith("__REALTIME_TIMESTAMP="u8);

    /// <summary>The record in an entry of <c>journalctl -o json</c>.</summary>
    /// <param name="line">The entry.</param>
    /// <param name="record">The line of the record; null if the entry has none.</param>
    /// <param name="problem">Why the record cannot be read; null if it can.</param>
    /// <returns>Whether it is an entry.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out byte[]? record, out string? problem)
    {
        (record, problem) = (null, null);
        try
        {
            using var entry = JsonDocument.Parse(line.ToArray(), Options);
            if (!entry.RootElement.TryGetProperty("__REALTIME_TIMESTAMP"u8, out _)) return false;
            if (!entry.RootElement.TryGetProperty(Field, out var value)) return true;
            record = Bytes(value);
            if (record is null) problem = value.ValueKind == JsonValueKind.Null ? Shortened : $"The field {Field} is no text.";
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The bytes of a field: a text, a list of the numbers of its bytes, or a list of several values.</summary>
    private static byte[]? Bytes(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return Encoding.UTF8.GetBytes(value.GetString()!);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MeasurementJson.LongestLine) return null;
        var bytes = new byte[value.GetArrayLength()];
        var at = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (at == 0 && item.ValueKind is JsonValueKind.String or JsonValueKind.Array) return Bytes(item);
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetByte(out bytes[at++])) return null;
        }
        return bytes;
    }
}
