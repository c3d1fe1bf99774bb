using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// Blocks of a plain file, which every thread reads itself. It is not mapped: reading from the page cache into a small buffer
/// costs little and keeps the resident memory constant, and if the file is truncated while it is read, a read ends early where
/// a mapping raises SIGBUS.
/// </summary>
internal sealed class FileLineBlocks(SafeFileHandle file, long length, int size = LineBlocks.Size) : LineBlocks
{
    private readonly GapReader _reader = new(file);
    private long _next = -1;

    public override long TotalLength => length;

    public override bool MayWait => false;

    public override LineBlock NewBlock() => new(size);

    public override bool Next(LineBlock block)
    {
        var index = Interlocked.Increment(ref _next);
        var from = index * size;
        if (from >= length) return false;
        var to = Math.Min(from + size, length);
        // A line belongs to the block that contains its first byte. If byte from - 1 is a newline, a line starts at from.
        var readFrom = Math.Max(0, from - 1);
        var filled = Fill(block, readFrom, 0, (int)(to - readFrom));
        var text = block.Buffer.AsSpan(0, filled);
        var start = 0;
        if (index > 0)
        {
            var newline = text.IndexOf((byte)'\n');
            start = newline < 0 ? filled : newline + 1;
        }
        block.LinesTooLong = 0;
        block.EndsMidLine = false;
        var end = filled;
        if (start < filled && text[filled - 1] != '\n')
            end = FinishLine(block, readFrom, start, ref filled);
        (block.Index, block.Offset, block.Done) = (index, readFrom + start, to);
        (block.Start, block.Length) = (start, Math.Max(0, end - start));
        return true;
    }

    /// <summary>Reads to the end of the last line; returns the position after the last whole line.</summary>
    private int FinishLine(LineBlock block, long readFrom, int start, ref int filled)
    {
        var lastLine = Math.Max(start, block.Buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1);
        var step = 4096;
        while (filled - lastLine <= LongestLine)
        {
            if (filled + step > block.Buffer.Length) Array.Resize(ref block.Buffer, filled + step);
            var more = Fill(block, readFrom + filled, filled, step);
            var newline = block.Buffer.AsSpan(filled, more).IndexOf((byte)'\n');
            if (newline >= 0) return filled + newline + 1;
            filled += more;
            if (more < step)
            {
                block.EndsMidLine = true;
                return filled;
            }
            step = Math.Min(step * 2, Size);
        }
        block.LinesTooLong = 1;
        return lastLine;
    }

    private int Fill(LineBlock block, long at, int into, int count)
    {
        count = (int)Math.Min(count, length - at);
        List<(int From, int To)>? gaps = null;
        var filled = _reader.Read(block.Buffer.AsSpan(into, count), at, ref gaps);
        if (filled < count)
        {
            Damage = $"the file was truncated while it was read: it had {length} bytes and now ends at byte {at + filled}; "
                + "the rest is missing";
        }
        if (gaps is null) return filled;
        foreach (var (from, to) in gaps) Blank(block.Buffer.AsSpan(0, into + filled), into + from, into + to);
        lock (_reader) Damage = _reader.Unreadable;
        return filled;
    }

    /// <summary>
    /// Replaces a range that cannot be read by empty lines, and with it the lines it cuts: half of a name would be taken for a
    /// whole name.
    /// </summary>
    private static void Blank(Span<byte> text, int from, int to)
    {
        from = text[..from].LastIndexOf((byte)'\n') + 1;
        var rest = text[to..].IndexOf((byte)'\n');
        text[from..(rest < 0 ? text.Length : to + rest)].Fill((byte)'\n');
    }
}
