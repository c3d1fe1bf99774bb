using KernelMagnifier.Files;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Divides a text into blocks of whole lines of random length.</summary>
internal sealed class RandomBlocks(byte[] text, Random random, int longest) : LineBlocks
{
    private readonly Lock _gate = new();
    private int _at;
    private long _index;

    public override long TotalLength => text.Length;

    public override bool MayWait => false;

    public override LineBlock NewBlock() => new();

    public override bool Next(LineBlock block)
    {
        lock (_gate)
        {
            if (_at >= text.Length) return false;
            var to = Math.Min(text.Length, _at + random.Next(1, longest));
            var newline = text.AsSpan(to - 1).IndexOf((byte)'\n');
            to = newline < 0 ? text.Length : to + newline;
            if (block.Buffer.Length < to - _at) block.Buffer = new byte[to - _at];
            text.AsSpan(_at, to - _at).CopyTo(block.Buffer);
            (block.Start, block.Length, block.Index, block.Offset, block.Done) = (0, to - _at, _index++, _at, to);
            block.EndsMidLine = text[to - 1] != '\n';
            block.LinesTooLong = 0;
            _at = to;
            return true;
        }
    }
}
