using System.Buffers;

namespace KernelMagnifier.Probes.Results;

/// <summary>Divides bytes that come in pieces into lines. A line beyond the limit is cut there, and its rest is
/// skipped. The mark of UTF-8 that some editors put at the beginning is no part of the first line.</summary>
/// <param name="longest">The most bytes of a line.</param>
internal sealed class OutputLines(int longest = OutputLines.Longest)
{
    /// <summary>The most bytes of a line: the largest maps have several megabytes.</summary>
    public const int Longest = 64 << 20;

    private ArrayBufferWriter<byte> _line = new();
    private bool _isOver, _hasBegun;

    /// <summary>Takes bytes and passes on each line that they complete, without its end.</summary>
    public void Add(ReadOnlySpan<byte> bytes, ProbeOutputReader reader)
    {
        while (true)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                Keep(bytes);
                return;
            }
            // A line that is not kept is not copied.
            if (_line.WrittenCount == 0 && !_isOver) reader.Line(WithoutMark(bytes[..Math.Min(end, longest)]));
            else
            {
                Keep(bytes[..end]);
                reader.Line(WithoutMark(_line.WrittenSpan));
                Clear();
            }
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Passes on the last line, which has no end.</summary>
    public void Finish(ProbeOutputReader reader)
    {
        if (_line.WrittenCount > 0) reader.LastLine(WithoutMark(_line.WrittenSpan));
        Clear();
    }

    private ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line)
    {
        var isMarked = !_hasBegun && line.StartsWith("\uFEFF"u8);
        _hasBegun = true;
        return isMarked ? line["\uFEFF"u8.Length..] : line;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = longest - _line.WrittenCount;
        if (bytes.Length > room)
        {
            _isOver = true;
            bytes = bytes[..room];
        }
        _line.Write(bytes);
    }

    private void Clear()
    {
        const int Usual = 1 << 20;
        if (_line.Capacity > Usual) _line = new();
        else _line.ResetWrittenCount();
        _isOver = false;
    }
}
