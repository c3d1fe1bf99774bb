using KernelMagnifier.Files;

namespace KernelMagnifier.Fuzzing;

/// <summary>Counts lines in a simple way, for comparison with the counts of a reader.</summary>
internal static class Lines
{
    [ThreadStatic]
    private static LineBlock? _block;

    /// <summary>
    /// The number of lines, and of those that every reader has to count: not blank, not a comment, not a frame of a stack
    /// trace.
    /// </summary>
    public static (int All, int Counted) Count(ReadOnlySpan<byte> text)
    {
        var (all, counted) = (0, 0);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].Trim(" \r"u8);
            all++;
            if (!line.IsEmpty && line[0] != '#' && !line.StartsWith("=>"u8) && !line.StartsWith("CPU:"u8)) counted++;
        }
        return (all, counted);
    }

    /// <summary>
    /// A position in the text at which a line starts; 0 if there is none after the position that <paramref name="draw"/>
    /// selects.
    /// </summary>
    public static int Cut(ReadOnlySpan<byte> text, uint draw)
    {
        if (text.Length < 2) return 0;
        var from = (int)(draw % (uint)text.Length);
        var newline = text[from..].IndexOf((byte)'\n');
        return newline < 0 || from + newline + 1 == text.Length ? 0 : from + newline + 1;
    }

    /// <summary>A block of lines, which is good until the next call on this thread.</summary>
    public static LineBlock Block(ReadOnlySpan<byte> text, long index, bool isLast)
    {
        var block = _block ??= new LineBlock();
        if (block.Buffer.Length < text.Length) block.Buffer = new byte[text.Length];
        text.CopyTo(block.Buffer);
        (block.Start, block.Length, block.Index, block.Offset, block.Done, block.LinesTooLong) = (0, text.Length, index, 0, 0, 0);
        block.EndsMidLine = isLast && !text.IsEmpty && text[^1] != '\n';
        return block;
    }
}
