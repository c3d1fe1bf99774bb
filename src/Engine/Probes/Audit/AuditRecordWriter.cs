using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Probes.Audit;

/// <summary>Makes the line of a record. docs/formats/probe-audit.md describes it.</summary>
internal static class AuditRecordWriter
{
    private const int LongestText = 1024, LongestValue = 256, MostValues = 64;

    /// <summary>The action of the record that a log begins with when the records before it are in another file.</summary>
    public const string Rotated = "Rotated";

    /// <summary>The action of the record after the end that a crash left.</summary>
    public const string Recovered = "Recovered";

    /// <summary>Makes a line with its end.</summary>
    /// <param name="entry">What it says.</param>
    /// <param name="after">The record before it.</param>
    /// <param name="torn">The SHA-256 of the unfinished line before it; null if there is none.</param>
    /// <param name="sum">The SHA-256 that the next record names.</param>
    public static byte[] Write(AuditEntry entry, AuditEnd after, string? torn, out string sum)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("seq"u8, after.Sequence + 1);
            json.WriteString("prev"u8, after.Sum);
            json.WriteString("time"u8, DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'",
                CultureInfo.InvariantCulture));
            json.WriteString("action"u8, entry.Action);
            WriteWhat(json, entry);
            WriteCost(json, entry);
            if (torn is not null) json.WriteString("torn"u8, torn);
            AuditOrigin.Write(json);
        }
        Span<byte> digits = stackalloc byte[AuditEnd.SumLength];
        AuditLine.SumOf(buffer.WrittenSpan, digits);
        sum = System.Text.Encoding.ASCII.GetString(digits);
        buffer.Write(",\"sum\":\""u8);
        buffer.Write(digits);
        buffer.Write("\"}\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteWhat(Utf8JsonWriter json, AuditEntry entry)
    {
        WriteText(json, "probe", entry.Probe, LongestValue);
        WriteText(json, "version", entry.Version, LongestValue);
        WriteText(json, "hash", entry.Hash, LongestValue);
        if (entry.Parameters.Count > 0)
        {
            json.WriteStartObject("parameters"u8);
            foreach (var (name, value) in entry.Parameters.Take(MostValues))
                json.WriteString(Short(name, LongestValue), Short(value, LongestValue));
            json.WriteEndObject();
        }
        if (entry.Approvers.Count > 0)
        {
            json.WriteStartArray("approvers"u8);
            foreach (var approver in entry.Approvers.Take(MostValues)) json.WriteStringValue(Short(approver, LongestValue));
            json.WriteEndArray();
        }
        WriteText(json, "reason", entry.Reason, LongestText);
        WriteText(json, "outcome", entry.Outcome, LongestValue);
        if (entry.Begin is { } begin) json.WriteNumber("begin"u8, begin);
        WriteText(json, "bpftrace", entry.Bpftrace, LongestValue);
    }

    private static void WriteCost(Utf8JsonWriter json, AuditEntry entry)
    {
        if (entry.Limits is { } limits)
        {
            json.WriteStartObject("limits"u8);
            json.WriteNumber("durationSeconds"u8, limits.Duration.TotalSeconds);
            json.WriteNumber("outputBytes"u8, limits.OutputBytes);
            json.WriteNumber("outputBytesPerSecond"u8, limits.OutputBytesPerSecond);
            json.WriteNumber("mapKeys"u8, limits.MapKeys);
            json.WriteNumber("probes"u8, limits.Probes);
            json.WriteNumber("cpuPercent"u8, limits.CpuPercent);
            json.WriteNumber("memoryBytes"u8, limits.MemoryBytes);
            json.WriteNumber("concurrentRuns"u8, limits.ConcurrentRuns);
            json.WriteEndObject();
        }
        WriteNumber(json, "durationNanoseconds", entry.DurationNanoseconds);
        WriteNumber(json, "programNanoseconds", entry.ProgramNanoseconds);
        WriteNumber(json, "programRuns", entry.ProgramRuns);
        WriteNumber(json, "toolNanoseconds", entry.ToolNanoseconds);
        WriteNumber(json, "outputBytes", entry.OutputBytes);
        WriteNumber(json, "lostEvents", entry.LostEvents);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value, int longest)
    {
        if (value is not null) json.WriteString(name, Short(value, longest));
    }

    /// <summary>A text that fits, cut between characters and marked: whoever is refused may not fill the disk with one
    /// record.</summary>
    private static string Short(string text, int longest)
    {
        if (text.Length <= longest) return text;
        var end = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return text[..end] + "…";
    }
}
