namespace KernelMagnifier.Files;

/// <summary>A piece of text made of whole lines, in a buffer that is used again and again.</summary>
internal sealed class LineBlock
{
    internal byte[] Buffer = new byte[LineBlocks.Size + LineBlocks.Size / 4];

    /// <summary>Its place among the blocks, from 0.</summary>
    public long Index { get; internal set; }

    /// <summary>Where its first byte lies in the unpacked text.</summary>
    public long Offset { get; internal set; }

    /// <summary>Bytes of the packed file that are read when this block is, for progress.</summary>
    public long Done { get; internal set; }

    /// <summary>The text ends with this block and its last line has no newline: it may be cut.</summary>
    public bool EndsMidLine { get; internal set; }

    /// <summary>What to tell of a block that <see cref="EndsMidLine"/>.</summary>
    public string CutMessage
    {
        get
        {
            var line = Text.LastIndexOf((byte)'\n') + 1;
            return $"the last line has no newline: the recording may have been cut there, at byte {Offset + Length}. {Length - line} bytes of the line are there, and names in it may be cut too; what stood behind is missing";
        }
    }

    /// <summary>Lines longer than <see cref="LineBlocks.LongestLine"/> that were left out.</summary>
    public int LinesTooLong { get; internal set; }

    internal int Start;
    internal int Length;

    /// <summary>The lines, each but perhaps the very last ending in a newline.</summary>
    public ReadOnlySpan<byte> Text => Buffer.AsSpan(Start, Length);
}
