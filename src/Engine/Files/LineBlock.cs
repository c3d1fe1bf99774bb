namespace KernelMagnifier.Files;

/// <summary>A block of whole lines, in a buffer that is reused.</summary>
/// <param name="size">Usual size of a block; the buffer has room for a long line more.</param>
internal sealed class LineBlock(int size = LineBlocks.Size)
{
    internal byte[] Buffer = new byte[size + size / 4];

    /// <summary>Number of the block in the text, from 0.</summary>
    public long Index { get; internal set; }

    /// <summary>Position of its first byte in the decompressed text.</summary>
    public long Offset { get; internal set; }

    /// <summary>Bytes of the compressed file up to the end of the block, for progress.</summary>
    public long Done { get; internal set; }

    /// <summary>Whether the text ends with this block, and its last line has no newline: the line may be cut off.</summary>
    public bool EndsMidLine { get; internal set; }

    /// <summary>Number of lines longer than <see cref="LineBlocks.LongestLine"/>, which are left out.</summary>
    public int LinesTooLong { get; internal set; }

    internal int Start;
    internal int Length;

    /// <summary>The lines. Each ends with a newline, except possibly the last line of the text.</summary>
    public ReadOnlySpan<byte> Text => Buffer.AsSpan(Start, Length);
}
