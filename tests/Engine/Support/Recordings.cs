using System.Diagnostics;
using System.IO.Compression;
using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Takes calls in the order of the recording.</summary>
internal sealed class OrderedCalls : CallSink
{
    public List<CallRecord> Calls { get; } = [];

    public CallNames Names { get; private set; } = null!;

    public override CallFields Fields => CallFields.All;

    public override bool InOrder => true;

    public override void Begin(TraceContext context) => Names = TestContexts.NamesOf(context);

    public override void Accept(ReadOnlySpan<CallRecord> calls) => Calls.AddRange(calls);
}

/// <summary>Takes calls in any order.</summary>
internal sealed class AnyCalls : CallSink
{
    public List<CallRecord> Calls { get; } = [];

    public override CallFields Fields => CallFields.All;

    public override void Accept(ReadOnlySpan<CallRecord> calls) => Calls.AddRange(calls);

    public override CallSink Fork() => new AnyCalls();

    public override void Join(TraceSink fork) => Calls.AddRange(((AnyCalls)fork).Calls);
}

/// <summary>Gives a text in blocks of whole lines, cut where a random number generator wants.</summary>
internal sealed class RandomBlocks(byte[] text, Random random, int longest) : LineBlocks
{
    private readonly Lock _gate = new();
    private int _at;
    private long _index;

    public override long TotalLength => text.Length;

    public override bool MayWait => false;

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

/// <summary>A pipe: gives its bytes in small, odd pieces and cannot seek.</summary>
internal sealed class TricklingStream(byte[] bytes, Random random, int most) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var n = Math.Min(Math.Min(count, bytes.Length - _at), random.Next(1, most));
        bytes.AsSpan(_at, n).CopyTo(buffer.AsSpan(offset));
        _at += n;
        return n;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Recordings as bytes.</summary>
internal static class TestRecording
{
    /// <summary>The unpacked bytes of a file, whatever it is packed with.</summary>
    public static byte[] Bytes(string path)
    {
        using var input = InputFile.Open(path, InputKind.Recording);
        using var stream = input.OpenStream();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
