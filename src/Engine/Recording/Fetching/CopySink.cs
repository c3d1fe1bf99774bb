using System.Security.Cryptography;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>Writes the bytes of a copy, hashes them, and refuses more than the original has.</summary>
/// <param name="file">The copy, at its end.</param>
/// <param name="hash">The hash of what it has.</param>
/// <param name="most">The length of the original.</param>
/// <param name="progress">Takes the length of the copy.</param>
internal sealed class CopySink(Stream file, IncrementalHash hash, long most, Action<long> progress) : Stream
{
    private long _length = file.Position;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>The length of the copy, with what was refused.</summary>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var left = most - _length;
        _length += buffer.Length;
        if (buffer.Length > left) throw new FileGrewException();
        file.Write(buffer);
        hash.AppendData(buffer);
        progress(_length);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() => file.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
