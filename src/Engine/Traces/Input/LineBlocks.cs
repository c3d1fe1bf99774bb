using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Traces;

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

/// <summary>
/// Hands out a text in blocks of whole lines to any number of threads. Blocks are about a megabyte: they stay in the
/// cache of the core that reads and parses them, and the process stays small however long the text is.
/// </summary>
internal abstract class LineBlocks : IDisposable
{
    public const int Size = 1 << 20;

    /// <summary>A longer line is not kept in memory; no kernel prints one.</summary>
    public const int LongestLine = 1 << 20;

    /// <summary>Bytes of the packed file; 0 when not known.</summary>
    public abstract long TotalLength { get; }

    /// <summary>Whether <see cref="Next"/> may wait for somebody else (a pipe).</summary>
    public abstract bool MayWait { get; }

    /// <summary>Damage that ended the text early, said once; null when there was none.</summary>
    public string? Damage { get; protected set; }

    /// <summary>Fills the block with the next lines; false at the end. Any thread may call it, each with its own block.</summary>
    public abstract bool Next(LineBlock block);

    public virtual void Dispose() { }
}

/// <summary>Lines of a plain file. Every thread reads its own part of it: copying from the page cache into a buffer that
/// is in the core's cache costs little, keeps resident memory flat, and a file cut short while it is read is an
/// end, not a SIGBUS as it would be in a mapping.</summary>
internal sealed class FileLineBlocks(SafeFileHandle file, long length, int size = LineBlocks.Size) : LineBlocks
{
    private readonly GapReader _reader = new(file);
    private long _next = -1;

    public override long TotalLength => length;

    public override bool MayWait => false;

    public override bool Next(LineBlock block)
    {
        var index = Interlocked.Increment(ref _next);
        var from = index * size;
        if (from >= length) return false;
        var to = Math.Min(from + size, length);
        // A line belongs to the block its first byte lies in. Byte from-1 tells whether one starts right at from.
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

    /// <summary>Reads on to the end of the last line; returns where the whole lines end.</summary>
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
        if (filled < count) Damage = $"the file became shorter while it was read: it had {length} bytes and ends at byte {at + filled}; what stood behind is missing";
        if (gaps is null) return filled;
        foreach (var (from, to) in gaps) Blank(block.Buffer.AsSpan(0, into + filled), into + from, into + to);
        lock (_reader) Damage = _reader.Unreadable;
        return filled;
    }

    /// <summary>Makes a place that cannot be read empty lines, and with it the two lines it cuts: half a name would be taken for a whole one.</summary>
    private static void Blank(Span<byte> text, int from, int to)
    {
        from = text[..from].LastIndexOf((byte)'\n') + 1;
        var rest = text[to..].IndexOf((byte)'\n');
        text[from..(rest < 0 ? text.Length : to + rest)].Fill((byte)'\n');
    }
}

/// <summary>Lines of a stream: one thread at a time reads (and unpacks) the next block while others work on theirs.</summary>
internal sealed class StreamLineBlocks(Stream stream, long packedLength, int size = LineBlocks.Size) : LineBlocks
{
    private readonly UnpackedStream? _unpacked = stream as UnpackedStream;
    private readonly Lock _gate = new();
    private byte[] _rest = [];
    private long _offset;
    private long _index;
    private bool _ended;

    // Bytes of lines under way, which come before what is read next.
    private int _held;

    public override long TotalLength => packedLength;

    public override bool MayWait => packedLength == 0;

    public override bool Next(LineBlock block)
    {
        lock (_gate)
        {
            block.LinesTooLong = 0;
            block.EndsMidLine = false;
            if (_ended && _rest.Length == 0) return false;
            if (_rest.Length > block.Buffer.Length / 2) Array.Resize(ref block.Buffer, _rest.Length + Size);
            _rest.CopyTo(block.Buffer, 0);
            var filled = _rest.Length;
            var skipping = false;
            int end;
            while (true)
            {
                _held = filled;
                filled += Read(block.Buffer.AsSpan(filled, Math.Min(size, block.Buffer.Length - filled)));
                end = block.Buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
                if (skipping && end > 0)
                {
                    // The rest of the line that was too long ends here; what follows its newline is good.
                    var first = block.Buffer.AsSpan(0, filled).IndexOf((byte)'\n') + 1;
                    block.Buffer.AsSpan(first, filled - first).CopyTo(block.Buffer);
                    (filled, end, skipping) = (filled - first, end - first, false);
                }
                if (end > 0 || _ended) break;
                if (filled >= LongestLine)
                {
                    if (!skipping) block.LinesTooLong++;
                    skipping = true;
                    filled = 0;
                }
                else if (filled == block.Buffer.Length)
                {
                    Array.Resize(ref block.Buffer, filled * 2);
                }
            }
            if (skipping) filled = end = 0;
            if (_ended && end < filled)
            {
                block.EndsMidLine = true;
                end = filled;
            }
            _rest = block.Buffer[end..filled];
            (block.Start, block.Length, block.Index, block.Offset) = (0, end, _index++, _offset);
            _offset += end;
            block.Done = Math.Min(_unpacked?.PackedPosition ?? _offset, packedLength);
            return true;
        }
    }

    public override void Dispose()
    {
        stream.Dispose();
        base.Dispose();
    }

    private int Read(Span<byte> buffer)
    {
        var filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                var n = stream.Read(buffer[filled..]);
                if (n == 0)
                {
                    _ended = true;
                    break;
                }
                filled += n;
                // A pipe may be slow: hand on what there is once it is worth a block.
                if (filled >= size / 2) break;
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Damage = error is InvalidDataException ? error.Message : $"the recording cannot be read any further ({error.Message}): what stands behind byte {_offset + _held + filled} is missing";
            _ended = true;
        }
        return filled;
    }
}
