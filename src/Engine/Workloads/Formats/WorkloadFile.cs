using System.Globalization;
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

    // A workload of ten thousand groups with 64 steps each has about as much.
    private const long Largest = 128 << 20;
    private const int Deepest = 16, LongestStart = 256;

    // A parsed value takes 12 bytes and more. In a workload, nearly every value has a name.
    private const int LeastPerToken = 3;
    private const long FewTokens = 1024;

    private const string Expected = "A workload is expected, as it was exported.";

    /// <summary>Whether a file begins as a workload does. False for one that cannot be read, which others report.</summary>
    public static bool IsWorkload(string path)
    {
        if (path is "-" or "") return false;
        try
        {
            using var file = InputHandle.OpenRegular(path);
            var start = new byte[LongestStart];
            var length = RandomAccess.Read(file, start, 0);
            var text = start.AsSpan(0, length).TrimStart(" \t\r\n\uFEFF"u8);
            return text.StartsWith("{"u8) && text.IndexOf("\"kernel-magnifier-workload\""u8) > 0;
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or KernelMagnifierException or NotRegularException)
        {
            return false;
        }
    }

    /// <summary>Reads a workload.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or is not a workload.</exception>
    public static Workload Read(string path, CancellationToken cancel = default)
    {
        var bytes = Bytes(path);
        cancel.ThrowIfCancellationRequested();
        return Parse(bytes, path, cancel);
    }

    /// <summary>Reads the text of a workload.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="path">Where it comes from, for errors.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <exception cref="KernelMagnifierException">It is not a workload.</exception>
    public static Workload Parse(ReadOnlyMemory<byte> bytes, string path, CancellationToken cancel = default)
    {
        try
        {
            if (!IsSparse(bytes.Span, cancel)) throw Unreadable(path, "it has more values than a workload of its size.");
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = Deepest,
                AllowDuplicateProperties = false });
            cancel.ThrowIfCancellationRequested();
            return WorkloadReader.Read(json.RootElement);
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" in line {line + 1}") : "";
            throw Unreadable(path, $"it is not JSON{place}, has a property twice, or is cut.");
        }
        catch (Exception error) when (
            error is FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw Unreadable(path, error is FormatException
                && error.Source == typeof(WorkloadReader).Assembly.GetName().Name ? error.Message
                : "a value is missing or of another type.");
        }
    }

    /// <summary>Writes a workload.</summary>
    public static void Write(Workload workload, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        WorkloadJson.Write(json, workload);
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static bool IsSparse(ReadOnlySpan<byte> bytes, CancellationToken cancel)
    {
        var json = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Deepest });
        var left = FewTokens + (bytes.Length / LeastPerToken);
        while (left >= 0 && json.Read())
            if ((left-- & 0xFFFF) == 0)
                cancel.ThrowIfCancellationRequested();
        return left >= 0;
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw Unreadable(path, "this is a directory.");
            using var file = InputHandle.OpenRegular(path);
            var length = RandomAccess.GetLength(file);
            if (length > Largest) throw Unreadable(path, $"it is larger than {Largest >> 20} MB, more than any workload.");
            var bytes = new byte[length];
            var at = 0;
            for (int read; at < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(at), at)) > 0; at += read) { }
            return at == bytes.Length ? bytes : bytes[..at];
        }
        catch (NotRegularException)
        {
            throw Unreadable(path, "this is not a regular file.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KernelMagnifierException(ErrorCode.WorkloadNotFound, path, "there is no such workload.",
                "Name an existing one.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new KernelMagnifierException(
                ErrorCode.WorkloadNotPermitted, path, "its permissions do not allow it to be read.", "Read it as another user.",
                    error);
        }
        catch (IOException error)
        {
            throw Unreadable(path, $"{OutputFile.Cause(error)}.");
        }
    }

    private static KernelMagnifierException Unreadable(string path, string cause)
        => new(ErrorCode.WorkloadUnreadable, path, cause, Expected);
}
