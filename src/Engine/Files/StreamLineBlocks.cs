namespace KernelMagnifier.Files;

/// <summary>
/// Blocks of a stream. One thread at a time reads (and decompresses) the next block, while the others parse theirs.
/// </summary>
/// <param name="stream">The text; disposed with this.</param>
/// <param name="sourceLength">Length of the file it comes from, in bytes; 0 for a pipe.</param>
/// <param name="size">Usual size of a block, in bytes.</param>
/// <param name="grows">Whether each read is passed on as it is, because the writer can pause at any line.</param>
internal sealed class StreamLineBlocks(Stream stream, long sourceLength, int size = LineBlocks.Size, bool grows = false) : LineBlocks
{
    /// <summary>What arrived from a pipe in this time is passed on.</summary>
    private const int LongestWaitMilliseconds = 200;

    private readonly IDerivedStream? _derived = stream as IDerivedStream;
    private readonly Lock _gate = new();
    private byte[] _rest = [];
    private long _offset;
    private long _index;
    private bool _ended;

    // Bytes in the block already, before those that are read next.
    private int _held;

    public override long TotalLength => sourceLength;

    public override bool MayWait => sourceLength == 0;

    public override LineBlock NewBlock() => new(size);

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
                    // The line that is too long ends here; the lines after it are read.
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
            block.Done = Math.Min(_derived?.SourcePosition ?? _offset, sourceLength);
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
        var (filled, start) = (0, MayWait ? Environment.TickCount64 : 0);
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
                // A pipe may be slow, so half a block is enough, and less of one that has waited.
                if (grows || filled >= size / 2 || (MayWait && Environment.TickCount64 - start >= LongestWaitMilliseconds)) break;
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Damage = error is InvalidDataException ? error.Message
                : $"the recording cannot be read beyond byte {_offset + _held + filled} ({error.Message}); the rest is missing";
            _ended = true;
        }
        return filled;
    }
}
