using System.Runtime.ExceptionServices;

namespace KernelMagnifier.Files;

/// <summary>
/// Base class of streams that make text out of another stream, piece by piece. If the other stream fails, all bytes before the
/// failure are returned first; then every further read throws its exception.
/// </summary>
/// <param name="source">The stream to read; disposed with this.</param>
internal abstract class TransformedStream(Stream source) : ReadOnlyStream, IDerivedStream
{
    /// <summary>The size of the buffer that <see cref="Transform"/> gets its input from.</summary>
    protected const int BufferSize = 64 * 1024;

    private readonly byte[] _input = new byte[BufferSize];
    private byte[] _output = new byte[BufferSize];
    private int _inputLength, _from, _to;
    private long _read;
    private bool _ended, _hasLine;
    private ExceptionDispatchInfo? _failure;

    /// <inheritdoc/>
    public long SourcePosition => (source as IDerivedStream)?.SourcePosition ?? _read;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (_from == _to)
        {
            if (_ended)
            {
                _failure?.Throw();
                return 0;
            }
            Fill();
        }
        var n = Math.Min(buffer.Length, _to - _from);
        _output.AsSpan(_from, n).CopyTo(buffer);
        _from += n;
        return n;
    }

    /// <summary>Transforms input and passes the result to <see cref="Append"/>.</summary>
    /// <param name="input">The bytes that were not used before, and new ones.</param>
    /// <param name="isEnd">Whether these are the last bytes.</param>
    /// <returns>The number of bytes used; at least one if the input fills the buffer.</returns>
    protected abstract int Transform(ReadOnlySpan<byte> input, bool isEnd);

    /// <summary>Adds bytes to the result.</summary>
    protected void Append(ReadOnlySpan<byte> bytes)
    {
        if (_to + bytes.Length > _output.Length) Array.Resize(ref _output, Math.Max(_to + bytes.Length, _output.Length * 2));
        bytes.CopyTo(_output.AsSpan(_to));
        _to += bytes.Length;
        if (!bytes.IsEmpty) _hasLine = bytes[^1] != '\n';
    }

    /// <summary>Ends the last line if it has no newline. For text that is complete without one.</summary>
    protected void EndLine()
    {
        if (_hasLine) Append("\n"u8);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        (_from, _to) = (0, 0);
        var n = 0;
        try
        {
            n = source.Read(_input.AsSpan(_inputLength));
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            _failure = ExceptionDispatchInfo.Capture(error);
        }
        _ended = n == 0;
        _read += n;
        _inputLength += n;
        var used = Transform(_input.AsSpan(0, _inputLength), _ended);
        _input.AsSpan(used, _inputLength - used).CopyTo(_input);
        _inputLength -= used;
    }
}
