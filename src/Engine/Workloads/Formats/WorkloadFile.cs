using System.Text.Json;
using KernelMagnifier.Files;

namespace KernelMagnifier.Workloads.Formats;

/// <summary>The file of a workload: JSON, which docs/formats/workload.md describes.</summary>
internal static class WorkloadFile
{
    /// <summary>The name of the format, which is the first property.</summary>
    public const string Schema = "kernel-magnifier-workload";

    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    private static readonly JsonFileFormat Format = new()
    {
        Schema = Schema, Noun = "workload", Expected = "A workload is expected, as it was exported.",
        // A workload of ten thousand groups with 64 steps each has about as much. Nearly every value of one has a name.
        Largest = 128 << 20, Deepest = 16, LeastPerToken = 3,
        Codes = (ErrorCode.WorkloadNotFound, ErrorCode.WorkloadNotPermitted, ErrorCode.WorkloadUnreadable),
    };

    /// <summary>Whether a file begins as a workload does. False for one that cannot be read, which others report.</summary>
    public static bool IsWorkload(string path) => Format.Is(path);

    /// <summary>Reads a workload.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or is not a workload.</exception>
    public static Workload Read(string path, CancellationToken cancel = default)
    {
        var bytes = Format.Bytes(path);
        cancel.ThrowIfCancellationRequested();
        return Parse(bytes, path, cancel);
    }

    /// <summary>Reads the text of a workload.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="path">Where it comes from, for errors.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <exception cref="KernelMagnifierException">It is not a workload.</exception>
    public static Workload Parse(ReadOnlyMemory<byte> bytes, string path, CancellationToken cancel = default)
        => Format.Parse(bytes, path, WorkloadReader.Read, cancel);

    /// <summary>Writes a workload.</summary>
    public static void Write(Workload workload, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        WorkloadJson.Write(json, workload);
        json.Flush();
        output.WriteByte((byte)'\n');
    }
}
