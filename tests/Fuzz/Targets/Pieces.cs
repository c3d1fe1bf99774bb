using KernelMagnifier.Files;

namespace KernelMagnifier.Fuzzing;

/// <summary>A pipe that gives its bytes in odd-sized pieces.</summary>
internal sealed class PieceStream(byte[] bytes, uint seed, int most) : ReadOnlyStream
{
    private int _at;
    private uint _seed = seed;

    public override int Read(Span<byte> buffer)
    {
        _seed = _seed * 1664525 + 1013904223;
        var n = Math.Min(Math.Min(buffer.Length, bytes.Length - _at), 1 + (int)(_seed >> 8) % most);
        bytes.AsSpan(_at, n).CopyTo(buffer);
        _at += n;
        return n;
    }
}

/// <summary>Lines counted the simple way, to hold a reader's own count against.</summary>
internal static class Lines
{
    /// <summary>All lines, and those that hold something a reader has to account for: not blank, no remark, no frame of a stack.</summary>
    public static (int All, int Sure) Count(ReadOnlySpan<byte> text)
    {
        var (all, sure) = (0, 0);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].Trim(" \r"u8);
            all++;
            if (!line.IsEmpty && line[0] != '#' && !line.StartsWith("=>"u8) && !line.StartsWith("CPU:"u8)) sure++;
        }
        return (all, sure);
    }

    /// <summary>A place near the middle where a line begins; 0 when there is none.</summary>
    public static int Cut(ReadOnlySpan<byte> text, uint draw)
    {
        if (text.Length < 2) return 0;
        var from = (int)(draw % (uint)text.Length);
        var newline = text[from..].IndexOf((byte)'\n');
        return newline < 0 || from + newline + 1 == text.Length ? 0 : from + newline + 1;
    }

    /// <summary>A block of lines as a reader of blocks takes it.</summary>
    public static LineBlock Block(ReadOnlySpan<byte> text, long index, bool isLast)
    {
        var block = _block ??= new LineBlock();
        if (block.Buffer.Length < text.Length) block.Buffer = new byte[text.Length];
        text.CopyTo(block.Buffer);
        (block.Start, block.Length, block.Index, block.Offset, block.Done, block.LinesTooLong) = (0, text.Length, index, 0, 0, 0);
        block.EndsMidLine = isLast && !text.IsEmpty && text[^1] != '\n';
        return block;
    }

    [ThreadStatic]
    private static LineBlock? _block;
}
