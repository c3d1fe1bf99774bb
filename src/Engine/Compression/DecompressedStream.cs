using System.IO.Compression;
using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>
/// Decompresses gzip, zlib or zstd. If the data are cut off or damaged, it returns all bytes that can be decompressed first; then
/// every further read throws an exception whose message describes the damage for the user.
/// </summary>
/// <remarks>
/// .NET's gzip and zlib return nothing of a read in which it finds damage. Therefore they get their input and their output buffer in small
/// portions, whose sizes do not depend on the reads of the caller: damage costs at most 512 bytes of compressed data, and
/// always the same ones.
/// </remarks>
internal sealed class DecompressedStream : ReadOnlyStream, IDerivedStream
{
    private const int PortionSize = 32 * 1024;

    private readonly string _format;
    private readonly CompressedBytes _compressed;
    private readonly Stream _decompressor;
    private readonly byte[]? _portion;
    private int _from, _to;
    private InvalidDataException? _damage;
    private bool _ended;
    private long _decompressed;

    /// <summary>Starts to decompress.</summary>
    /// <param name="compressed">The compressed bytes; disposed with this.</param>
    /// <param name="format"><c>gzip</c>, <c>zlib</c> or <c>zstd</c>.</param>
    public DecompressedStream(Stream compressed, string format)
    {
        var isZstd = format == "zstd";
        (_format, _compressed) = (format, new CompressedBytes(compressed, inPortions: !isZstd));
        _portion = isZstd ? null : new byte[PortionSize];
        _decompressor = format switch
        {
            "zstd" => new ZstdStream(_compressed),
            "zlib" => new ZLibStream(_compressed, CompressionMode.Decompress),
            _ => new GZipStream(_compressed, CompressionMode.Decompress),
        };
    }

    /// <summary>Compressed bytes read.</summary>
    public long SourcePosition => _compressed.BytesRead;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The compressed data are damaged or end too early; the message contains the
    /// position.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        if (_portion is null) return Decompress(buffer);
        if (_from == _to) (_from, _to) = (0, Decompress(_portion));
        var count = Math.Min(buffer.Length, _to - _from);
        _portion.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }

    private int Decompress(Span<byte> buffer)
    {
        if (_damage is not null) throw _damage;
        if (_ended) return 0;
        try
        {
            var n = _decompressor.Read(buffer);
            _decompressed += n;
            if (n > 0) return n;
            _ended = true;
            if (IsComplete()) return 0;
            throw _damage = Damage($"the {_format} data are cut at byte {_compressed.BytesRead}", null);
        }
        catch (EndOfStreamException error)
        {
            throw _damage = Damage($"the {_format} data are cut at byte {_compressed.BytesRead}", error);
        }
        catch (IOException error)
        {
            throw _damage = Damage(_compressed.Failure is { } failure
                ? $"the file cannot be read at byte {_compressed.BytesRead} ({failure.Message})"
                : $"the {_format} data are damaged near byte {_compressed.BytesRead} ({error.Message})", error);
        }
        catch (InvalidDataException error) when (_damage is null)
        {
            throw _damage = Damage($"the {_format} data are damaged near byte {_compressed.BytesRead} ({error.Message})", error);
        }
        finally
        {
            // For a pipe, this is the only place that disposes it: the owner of the stream can have left a thread waiting in it.
            if (_ended || _damage is not null) _decompressor.Dispose();
        }
    }

    private bool IsComplete() => _decompressor switch
    {
        GZipStream gzip => GzipProbe.IsComplete(gzip, _compressed),
        ZLibStream zlib => ZlibProbe.IsComplete(zlib, _compressed),
        // libzstd tells by itself.
        _ => true,
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _decompressor.Dispose();
        base.Dispose(disposing);
    }

    private InvalidDataException Damage(string what, Exception? inner)
        => new($"{what}: {_decompressed} bytes could be decompressed, and the rest is missing", inner);
}
