using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Probes.Results;

/// <summary>Reads results that <see cref="ProbeResultJson"/> wrote. They are untrusted.</summary>
internal static class StoredResults
{
    private const int MostParts = 1 << 13;

    /// <summary>Whether a line begins as one that <see cref="ProbeResultJson"/> wrote.</summary>
    public static bool Begins(ReadOnlySpan<byte> line) => line.StartsWith("{\"kind\":"u8) || line.StartsWith("{\"probe\":"u8);

    /// <summary>Whether a line can be a stored result: an object whose <c>kind</c> is one.</summary>
    public static bool Is(JsonElement line)
        => line.ValueKind == JsonValueKind.Object && Text(line, "kind") is { } kind && ResultKind.All.Contains(kind)
            && !line.TryGetProperty("type"u8, out _);

    /// <summary>The result; null if a value is not that of a result.</summary>
    public static ProbeResult? Read(JsonElement line, object run)
    {
        var ranges = Ranges(line, out var isValid);
        if (!isValid) return null;
        return new ProbeResult(Text(line, "kind")!)
        {
            Probe = Text(line, "probe"), Name = Text(line, "name"), Key = Text(line, "key"), Keys = Table(line, "keys"),
            Value = line.TryGetProperty("value"u8, out var value) ? OutputNumbers.Of(value) : null, Unit = Text(line, "unit"),
            Interval = Text(line, "interval"), Count = Whole(line, "count"), Total = Whole(line, "total"),
            Minimum = Whole(line, "minimum"), Maximum = Whole(line, "maximum"), Mean = Real(line, "mean"),
            P50 = Whole(line, "p50"), P90 = Whole(line, "p90"), P99 = Whole(line, "p99"), Histogram = ranges,
            Fields = Table(line, "fields"), Stack = List(line, "stack"), Frames = List(line, "frames"), Text = Text(line, "text"),
            LostEvents = Whole(line, "lostEvents"), Print = (int?)Whole(line, "print"), Run = run,
            ReceivedAt = DateTimeOffset.TryParse(Text(line, "receivedAt"), CultureInfo.InvariantCulture,
                DateTimeStyles.RoundtripKind, out var time) ? time : null,
        };
    }

    private static LatencyBucket[]? Ranges(JsonElement line, out bool isValid)
    {
        isValid = true;
        if (!line.TryGetProperty("histogram"u8, out var ranges)) return null;
        isValid = false;
        if (ranges.ValueKind != JsonValueKind.Array || ranges.GetArrayLength() > MostParts) return null;
        var read = new List<LatencyBucket>();
        foreach (var range in ranges.EnumerateArray())
        {
            if (range.ValueKind != JsonValueKind.Object || Whole(range, "from") is not { } from
                || Whole(range, "count") is not { } count)
                return null;
            read.Add(new LatencyBucket(from, Whole(range, "until"), count));
        }
        isValid = AreSound(read, Whole(line, "count"));
        return isValid ? [.. read] : null;
    }

    /// <summary>Whether ranges ascend, do not overlap, and have as many values as stated.</summary>
    internal static bool AreSound(IReadOnlyList<LatencyBucket> ranges, long? count)
    {
        var (before, left) = ((long?)long.MinValue, TimeHistogram.MostIntervals);
        foreach (var range in ranges)
        {
            if (before is null || range.From < before || range.Until <= range.From || range.Count < 1 || range.Count > left)
                return false;
            (before, left) = (range.Until, left - range.Count);
        }
        return count == TimeHistogram.MostIntervals - left;
    }

    private static string? Text(JsonElement line, string name)
        => line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Whole(JsonElement line, string name)
        => line.TryGetProperty(name, out var value) ? OutputNumbers.Whole(value) : null;

    private static double? Real(JsonElement line, string name)
        => line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            ? number : null;

    private static string[]? List(JsonElement line, string name)
        => line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Take(MostParts).Where(part => part.ValueKind == JsonValueKind.String).Select(part
                => part.GetString()!)]
            : null;

    private static ResultFields? Table(JsonElement line, string name)
        => line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? ResultFields.Of(value.EnumerateObject().Take(MostParts).Select(part
                => KeyValuePair.Create(part.Name, OutputNumbers.Of(part.Value))))
            : null;
}
