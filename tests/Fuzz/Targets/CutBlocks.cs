using KernelMagnifier.Files;

namespace KernelMagnifier.Fuzzing;

/// <summary>Divides a text into blocks of whole lines whose lengths depend on a number.</summary>
internal sealed class CutBlocks(byte[] text, uint draw, int longest) : LineBlocks
{
    private readonly Lock _gate = new();
    private int _at;
    private long _index;
    private uint _draw = draw | 1;

    public override long TotalLength => text.Length;

    public override bool MayWait => false;

    public override LineBlock NewBlock() => new();

    public override bool Next(LineBlock block)
    {
        lock (_gate)
        {
            if (_at >= text.Length) return false;
            _draw = (_draw * 1664525) + 1013904223;
            var to = Math.Min(text.Length, _at + 1 + (int)((_draw >> 8) % (uint)longest));
            var newline = text.AsSpan(to - 1).IndexOf((byte)'\n');
            to = newline < 0 ? text.Length : to + newline;
            if (block.Buffer.Length < to - _at) block.Buffer = new byte[to - _at];
            text.AsSpan(_at, to - _at).CopyTo(block.Buffer);
            (block.Start, block.Length, block.Index, block.Offset, block.Done) = (0, to - _at, _index++, _at, to);
            (block.EndsMidLine, block.LinesTooLong) = (text[to - 1] != '\n', 0);
            _at = to;
            return true;
        }
    }
}
