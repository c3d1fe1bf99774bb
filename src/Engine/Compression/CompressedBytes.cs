using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>The input of a decompressor. Counts the bytes that are read, and can append bytes to the end.</summary>
/// <param name="compressed">The compressed bytes; disposed with this.</param>
/// <param name="inPortions">Whether reads end at multiples of 512 bytes, whatever the sizes of the reads from
/// <paramref name="compressed"/> are.</param>
internal sealed class CompressedBytes(Stream compressed, bool inPortions) : ReadOnlyStream
{
    private const int Portion = 512;
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[inPortions ? BufferSize : 0];
    private int _from, _to;
    private ReadOnlyMemory<byte> _appended;
    private bool _ended;

    /// <summary>Bytes read, without appended ones.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Why the bytes cannot be read any further; null if they can.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Appends bytes, which the next reads return.</summary>
    public void Append(ReadOnlyMemory<byte> bytes) => (_appended, _ended) = (bytes, true);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int n;
        if (_ended)
        {
            n = Math.Min(buffer.Length, _appended.Length);
            _appended.Span[..n].CopyTo(buffer);
            _appended = _appended[n..];
            return n;
        }
        if (!inPortions)
        {
            n = ReadCompressed(buffer);
        }
        else
        {
            n = Math.Min(buffer.Length, Portion - (int)(BytesRead % Portion));
            Fill(n);
            n = Math.Min(n, _to - _from);
            _buffer.AsSpan(_from, n).CopyTo(buffer);
            _from += n;
        }
        BytesRead += n;
        return n;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) compressed.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads until the buffer has a number of bytes, or all that are left.</summary>
    private void Fill(int length)
    {
        while (_to - _from < length)
        {
            if (_from > 0) _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
            // The bytes before a failure are returned first; the next read fails again.
            if (Failure is not null && _to > 0) return;
            int n;
            try
            {
                n = ReadCompressed(_buffer.AsSpan(_to));
            }
            catch (IOException) when (_to > 0)
            {
                return;
            }
            if (n == 0) return;
            _to += n;
        }
    }

    private int ReadCompressed(Span<byte> buffer)
    {
        try
        {
            return compressed.Read(buffer);
        }
        catch (IOException error)
        {
            Failure = error;
            throw;
        }
    }
}
