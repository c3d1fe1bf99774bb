using KernelMagnifier.Compression;

namespace KernelMagnifier.Files;

/// <summary>Lines of a stream: one thread at a time reads (and unpacks) the next block while others work on theirs.</summary>
internal sealed class StreamLineBlocks(Stream stream, long packedLength, int size = LineBlocks.Size) : LineBlocks
{
    private readonly DecompressedStream? _unpacked = stream as DecompressedStream;
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
