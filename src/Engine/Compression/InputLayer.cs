namespace KernelMagnifier.Compression;

/// <summary>A container or an encoding of text that an <see cref="InputFile"/> unwraps.</summary>
/// <param name="Open">Returns the text in a stream, which it disposes.</param>
/// <param name="NoTrace">The error if the text is no trace, which says what the file is; null for none of its own.</param>
internal sealed record InputLayer(Func<Stream, Stream> Open, string? NoTrace)
{
    /// <summary>The compression, as <see cref="InputFile.Compression"/>; null if the bytes are not compressed.</summary>
    public string? Compression { get; init; }
}
