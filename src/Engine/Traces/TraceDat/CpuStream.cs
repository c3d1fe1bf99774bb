using System.Buffers.Binary;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The pages of one CPU of one buffer instance, divided into pieces. A piece is a range of the file that contains whole pages or
/// whole compressed chunks, so that several threads can decode one CPU. Not thread-safe: call under a lock.
/// </summary>
internal sealed class CpuStream : MergeStream
{
    /// <summary>
    /// The greatest size accepted for a chunk, in bytes. trace-cmd compresses ten pages at a time, and the largest page has 1 MB.
    /// </summary>
    public const int LargestChunk = 16 << 20;

    private readonly DatFile _file;
    private readonly DatHeader _header;
    private readonly BufferInstance.CpuData _data;
    private readonly long _start;
    private readonly long _end;
    private readonly byte[] _chunkHead = new byte[8];
    private long _at;
    private long _chunks;

    public CpuStream(DatFile file, DatHeader header, BufferInstance buffer, int bufferNumber, BufferInstance.CpuData data)
        : base(bufferNumber, data.Cpu)
    {
        (_file, _header, _data, Buffer) = (file, header, data, buffer);
        _start = _at = Math.Min(data.Offset, file.Length);
        // The size of compressed data does not include the word with the number of chunks.
        var size = data.Size + (buffer.IsCompressed && data.Size > 0 ? 4 : 0);
        _end = size > file.Length - _start ? file.Length : _start + size;
        if (_end - _start < data.Size)
            Damage = $"the file is cut: the data of CPU {Cpu} in {buffer.Title} begin at byte {data.Offset} "
                + $"and have {data.Size} bytes, of which {_end - _start} exist";
        if (!buffer.IsCompressed || _end == _start) return;
        _chunks = _end - _at >= 4 && _file.Read(_chunkHead.AsSpan(0, 4), _at) == 4 ? UInt32(0) : 0;
        _at += 4;
    }

    /// <summary>The buffer instance.</summary>
    public BufferInstance Buffer { get; }

    /// <summary>The size of the data in the file, in bytes.</summary>
    public long Length => _end - _start;

    /// <summary>A warning about damage in the layout of the data; null when there is none.</summary>
    public string? Damage { get; private set; }

    /// <summary>A range of the file.</summary>
    /// <param name="Stream">The CPU's data that contain it.</param>
    /// <param name="Offset">The offset in the file in bytes.</param>
    /// <param name="Length">The length in bytes.</param>
    internal readonly record struct Piece(CpuStream Stream, long Offset, int Length);

    /// <summary>A new stream over the same data, from the start.</summary>
    public CpuStream FromStart() => new(_file, _header, Buffer, BufferNumber, _data);

    /// <summary>Takes the next piece.</summary>
    /// <param name="size">The approximate size of the piece's pages, in bytes.</param>
    /// <param name="piece">The next piece.</param>
    /// <returns>False at the end of the data.</returns>
    public bool TryNext(int size, out Piece piece)
    {
        piece = default;
        if (_at >= _end) return false;
        if (Buffer.IsCompressed) return TryNextChunks(size, out piece);
        var pages = Math.Max(1, size / Buffer.PageSize);
        var length = (int)Math.Min((long)pages * Buffer.PageSize, _end - _at);
        piece = new Piece(this, _at, length);
        _at += length;
        return true;
    }

    private bool TryNextChunks(int size, out Piece piece)
    {
        var start = _at;
        for (long decompressed = 0; _chunks > 0 && decompressed < size && _at - start < size; _chunks--)
        {
            if (_end - _at <= 8 || _file.Read(_chunkHead, _at) < 8)
            {
                Damage ??= $"the compressed data of CPU {Cpu} in {Buffer.Title} are cut at byte {_at}";
                _at = _end;
                break;
            }
            var (compressedSize, chunkSize) = (UInt32(0), UInt32(4));
            if (compressedSize > LargestChunk || chunkSize > LargestChunk)
            {
                Damage ??= $"a compressed chunk of CPU {Cpu} in {Buffer.Title} has an impossible size of "
                    + $"{Math.Max(compressedSize, chunkSize)} bytes (at byte {_at}); "
                    + "it and the rest of this CPU's data were skipped";
                _chunks = 0;
                break;
            }
            // A chunk that is cut is still part of the piece: PieceReader reports it.
            _at = Math.Min(_end, _at + 8 + compressedSize);
            decompressed += chunkSize;
        }
        piece = new Piece(this, start, (int)(_at - start));
        return _at > start;
    }

    private uint UInt32(int at)
        => _header.BigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(_chunkHead.AsSpan(at))
            : BinaryPrimitives.ReadUInt32LittleEndian(_chunkHead.AsSpan(at));
}
