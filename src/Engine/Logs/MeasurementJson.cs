using System.Buffers;
using System.Text.Json;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Logs;

/// <summary>Records of the log as JSON, one object a line: docs/formats/measurement.md.</summary>
internal static class MeasurementJson
{
    /// <summary>The version of the schema that is written. Every version with the same first number is read.</summary>
    public const string Version = "1.0";

    /// <summary>The most bytes of a line that is read.</summary>
    public const int LongestLine = 8 << 20;

    /// <summary>The form of times: RFC 3339 in UTC, with all digits.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>The statuses.</summary>
    public static IReadOnlyList<string> Statuses { get; } = ["Completed", "Skipped", "Suspended", "Failed", "Dropped"];

    // As deep as a record is, with the results of a probe, whose values are lists and tables.
    private const int Deepest = 16;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    /// <summary>The record as one line of UTF-8 without its end. All characters are printable ones of ASCII.</summary>
    public static byte[] ToLine(Measurement record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line)) MeasurementWriter.Write(json, record);
        return line.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line. Unknown members are ignored, so that a newer minor version can be read.</summary>
    /// <returns>The record, or why the line is none, as a sentence.</returns>
    public static (Measurement? Record, string? Problem) Read(ReadOnlySpan<byte> line)
    {
        if (line.Length > LongestLine) return (null, $"The line is longer than {LongestLine >> 20} MiB.");
        try
        {
            using var document = JsonDocument.Parse(line.ToArray(), Options);
            return (MeasurementReader.Read(document.RootElement), null);
        }
        catch (JsonException)
        {
            return (null, "It is not JSON, has a member twice, is nested too deep, or is cut.");
        }
        catch (FormatException error)
        {
            return (null, Sentence(error.Message));
        }
        catch (InvalidOperationException)
        {
            return (null, "A text is not Unicode.");
        }
    }

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";
}
