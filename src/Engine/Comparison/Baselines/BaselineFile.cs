using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Files;

namespace KernelMagnifier.Comparison.Baselines;

/// <summary>
/// The file of a baseline: JSON with one latency, edge or contribution per line, in a fixed order, so that two versions of it are
/// easy to compare. docs/formats/baseline.md describes it.
/// </summary>
internal static class BaselineFile
{
    /// <summary>The name of the format, which is the first property.</summary>
    public const string Schema = "kernel-magnifier-baseline";

    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    // A baseline of a hundred recordings with 5,000 edges each has 100 MB.
    private const long Largest = 256 << 20;

    private const int LongestStart = 256;

    // A parsed value takes 12 bytes and more. In a baseline, even numbers have names, and rows have longer ones.
    private const int LeastPerToken = 4;
    private const long FewTokens = 1024;

    private const string Expected = "A baseline is expected, as it was saved of recordings.";

    /// <summary>Whether a file begins as a baseline does. False for one that cannot be read, which others report.</summary>
    public static bool IsBaseline(string path)
    {
        if (path is "-" or "") return false;
        try
        {
            using var file = InputHandle.OpenRegular(path);
            var start = new byte[LongestStart];
            var length = RandomAccess.Read(file, start, 0);
            var text = start.AsSpan(0, length).TrimStart(" \t\r\n\uFEFF"u8);
            return text.StartsWith("{"u8) && text.IndexOf("\"kernel-magnifier-baseline\""u8) > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KernelMagnifierException or NotRegularException)
        {
            return false;
        }
    }

    /// <summary>Reads a baseline.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or is not a baseline.</exception>
    public static TraceBaseline Read(string path, CancellationToken cancel = default)
    {
        var bytes = Bytes(path);
        cancel.ThrowIfCancellationRequested();
        try
        {
            if (!IsSparse(bytes, cancel)) throw Unreadable(path, "it has more values than a baseline of its size.");
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            cancel.ThrowIfCancellationRequested();
            return BaselineReader.Read(json.RootElement, path);
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" in line {line + 1}") : "";
            throw Unreadable(path, $"it is not JSON{place}, has a property twice, or is cut.");
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw Unreadable(path, error is FormatException ? error.Message : "a value is missing or of another type.");
        }
    }

    /// <summary>Writes a baseline.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be written.</exception>
    public static void Write(SamplePlan plan, IReadOnlyList<TraceSample> samples, OutputFile file)
    {
        try
        {
            BaselineWriter.Write(plan, samples, DateTimeOffset.UtcNow, file.Stream);
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(file.TemporaryPath, error);
        }
    }

    /// <summary>Whether the values of a text are as few as those of a baseline, so that they need no more memory than its bytes.</summary>
    private static bool IsSparse(ReadOnlySpan<byte> bytes, CancellationToken cancel)
    {
        var json = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 8 });
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
            if (length > Largest) throw Unreadable(path, $"it is larger than {Largest >> 20} MB, more than any baseline.");
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
            throw new KernelMagnifierException(ErrorCode.BaselineNotFound, path, "there is no such baseline.", "Name an existing one.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new KernelMagnifierException(
                ErrorCode.BaselineNotPermitted, path, "its permissions do not allow it to be read.", "Read it as another user.", error);
        }
        catch (IOException error)
        {
            throw Unreadable(path, $"{OutputFile.Cause(error)}.");
        }
    }

    private static KernelMagnifierException Unreadable(string path, string cause)
        => new(ErrorCode.BaselineUnreadable, path, cause, Expected);
}
