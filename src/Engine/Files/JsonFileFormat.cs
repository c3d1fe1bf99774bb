using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KernelMagnifier.Files;

/// <summary>
/// Reads the files of one JSON format within bounds: a regular file of at most <see cref="Largest"/> bytes, whose values are so
/// few for its size that they need no more memory than its bytes, without a property twice.
/// </summary>
internal sealed class JsonFileFormat
{
    private const int LongestStart = 256;
    private const long FewTokens = 1024;

    /// <summary>The value of the first property of every file, such as <c>kernel-magnifier-workload</c>.</summary>
    public required string Schema { get; init; }

    /// <summary>What a file is, in messages: <c>workload</c>.</summary>
    public required string Noun { get; init; }

    /// <summary>What messages recommend for a file of another kind.</summary>
    public required string Expected { get; init; }

    /// <summary>The most bytes.</summary>
    public required int Largest { get; init; }

    /// <summary>The deepest nesting.</summary>
    public required int Deepest { get; init; }

    /// <summary>
    /// The least bytes for each value. A parsed value takes 12 bytes and more; in real files most have names or long texts.
    /// </summary>
    public required int LeastPerToken { get; init; }

    /// <summary>The codes of the errors.</summary>
    public required (ErrorCode NotFound, ErrorCode NotPermitted, ErrorCode Unreadable) Codes { get; init; }

    /// <summary>Whether a file begins as one of this format. False for one that cannot be read, which others report.</summary>
    public bool Is(string path)
    {
        if (path is "-" or "") return false;
        try
        {
            using var file = InputHandle.OpenRegular(path);
            var start = new byte[LongestStart];
            var length = RandomAccess.Read(file, start, 0);
            var text = start.AsSpan(0, length).TrimStart(" \t\r\n\uFEFF"u8);
            return text.StartsWith("{"u8) && text.IndexOf(Encoding.UTF8.GetBytes($"\"{Schema}\"")) > 0;
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or KernelMagnifierException or NotRegularException)
        {
            return false;
        }
    }

    /// <summary>Returns the bytes of a file.</summary>
    /// <exception cref="KernelMagnifierException">It cannot be read, or is larger than any of this format.</exception>
    public byte[] Bytes(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw NotReadable(path, "this is a directory.");
            using var file = InputHandle.OpenRegular(path);
            var length = RandomAccess.GetLength(file);
            if (length > Largest) throw NotReadable(path, $"it is larger than {Largest >> 20} MB, more than any {Noun}.");
            var bytes = new byte[length];
            var at = 0;
            for (int read; at < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(at), at)) > 0; at += read) { }
            return at == bytes.Length ? bytes : bytes[..at];
        }
        catch (NotRegularException)
        {
            throw NotReadable(path, "this is not a regular file.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KernelMagnifierException(
                Codes.NotFound, path, $"there is no such {Noun}.", "Name an existing one.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new KernelMagnifierException(
                Codes.NotPermitted, path, "its permissions do not allow it to be read.", "Read it as another user.", error);
        }
        catch (IOException error)
        {
            throw NotReadable(path, $"{OutputFile.Cause(error)}.");
        }
    }

    /// <summary>Parses the text of a file.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="path">Where it comes from, for errors.</param>
    /// <param name="read">
    /// Reads the root. The message of its <see cref="JsonFileException"/> is the cause of the error; other exceptions of a wrong
    /// or missing value are reported as such.
    /// </param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <exception cref="KernelMagnifierException">It is not of this format.</exception>
    public T Parse<T>(ReadOnlyMemory<byte> bytes, string path, Func<JsonElement, T> read, CancellationToken cancel)
    {
        try
        {
            if (!IsSparse(bytes.Span, cancel)) throw NotReadable(path, $"it has more values than a {Noun} of its size.");
            using var json = JsonDocument.Parse(
                bytes, new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false });
            cancel.ThrowIfCancellationRequested();
            return read(json.RootElement);
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" in line {line + 1}") : "";
            throw NotReadable(path, $"it is not JSON{place}, has a property twice, or is cut.");
        }
        catch (JsonFileException error)
        {
            throw NotReadable(path, error.Message);
        }
        catch (Exception error) when (
            error is FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            // The framework's own messages say nothing about the file.
            throw NotReadable(path, "a value is missing or of another type.");
        }
    }

    /// <summary>The error of a file that is not of this format.</summary>
    public KernelMagnifierException NotReadable(string path, string cause) => new(Codes.Unreadable, path, cause, Expected);

    private bool IsSparse(ReadOnlySpan<byte> bytes, CancellationToken cancel)
    {
        var json = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Deepest });
        var left = FewTokens + (bytes.Length / LeastPerToken);
        while (left >= 0 && json.Read())
            if ((left-- & 0xFFFF) == 0)
                cancel.ThrowIfCancellationRequested();
        return left >= 0;
    }
}
