namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// A recording that cannot be read, or not as asked. The message names the file, what was expected and where it broke,
/// and is meant for the user as it stands.
/// </summary>
public sealed class TraceException : KernelMagnifierException
{
    /// <summary>Makes the error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="message">What is wrong and what to do about it, without the file's name.</param>
    /// <param name="offset">Where in the (unpacked) file, in bytes; null when it is not at one place.</param>
    /// <param name="inner">The cause below.</param>
    public TraceException(string path, string message, long? offset = null, Exception? inner = null)
        : base(inner is FileNotFoundException or DirectoryNotFoundException ? ErrorCode.TraceNotFound : inner is UnauthorizedAccessException ? ErrorCode.TraceNotPermitted : ErrorCode.TraceUnreadable,
            path, offset is null ? message : $"{message} (at byte {offset})", null, inner)
        => (Path, Offset) = (path, offset);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where in the (unpacked) file it broke, in bytes.</summary>
    public long? Offset { get; }
}
