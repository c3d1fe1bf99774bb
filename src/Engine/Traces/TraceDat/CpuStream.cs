using System.Buffers.Binary;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The pages of one CPU of one buffer, given out in pieces. A piece is a range of the file that holds whole pages or
/// whole packed chunks, so that several threads can work on one CPU. Not thread-safe: ask under a lock.
/// </summary>
internal sealed class CpuStream
{
    private readonly DatFile _file;
    private readonly bool _bigEndian;
    private readonly long _start;
    private readonly long _end;
    private readonly byte[] _chunkHead = new byte[8];
    private long _at;
    private long _chunks;

    /// <summary>A chunk unpacks to a few pages; trace-cmd packs ten, and the largest page has 1 MB.</summary>
    public const int LargestChunk = 16 << 20;

    private readonly DatHeader _header;
    private readonly DatBuffer.CpuData _data;

    public CpuStream(DatFile file, DatHeader header, DatBuffer buffer, int bufferNumber, DatBuffer.CpuData data)
    {
        (_header, _data) = (header, data);
        (_file, _bigEndian) = (file, header.BigEndian);
        (Buffer, BufferNumber, Cpu) = (buffer, bufferNumber, data.Cpu);
        _start = _at = Math.Min(data.Offset, file.Length);
        // The size of packed data does not count the word with the number of chunks.
        var size = data.Size + (buffer.IsPacked && data.Size > 0 ? 4 : 0);
        _end = size > file.Length - _start ? file.Length : _start + size;
        if (_end - _start < data.Size)
            Damage = $"the file is cut: of the {data.Size} bytes of CPU {Cpu} in {buffer.Title}, which should begin at byte {data.Offset}, {_end - _start} are there";
        if (!buffer.IsPacked || _end == _start) return;
        _chunks = _end - _at >= 4 && _file.Read(_chunkHead.AsSpan(0, 4), _at) == 4 ? UInt32(0) : 0;
        _at += 4;
    }

    /// <summary>The buffer it belongs to.</summary>
    public DatBuffer Buffer { get; }

    /// <summary>The buffer's place among the buffers.</summary>
    public int BufferNumber { get; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length => _end - _start;

    /// <summary>What is wrong with its place in the file.</summary>
    public string? Damage { get; private set; }

    /// <summary>A piece of the file.</summary>
    /// <param name="Stream">Whose it is.</param>
    /// <param name="Offset">Where it starts.</param>
    /// <param name="Length">Its bytes.</param>
    internal readonly record struct Piece(CpuStream Stream, long Offset, int Length);

    /// <summary>The same from its start.</summary>
    public CpuStream Again() => new(_file, _header, Buffer, BufferNumber, _data);

    /// <summary>Gives out the next piece.</summary>
    /// <param name="size">About how many bytes of pages a piece shall hold.</param>
    /// <param name="piece">The next piece.</param>
    /// <returns>False when there is none.</returns>
    public bool TryNext(int size, out Piece piece)
    {
        piece = default;
        if (_at >= _end) return false;
        if (!Buffer.IsPacked)
        {
            var pages = Math.Max(1, size / Buffer.PageSize);
            var length = (int)Math.Min((long)pages * Buffer.PageSize, _end - _at);
            piece = new Piece(this, _at, length);
            _at += length;
            return true;
        }
        var start = _at;
        for (long unpacked = 0; _chunks > 0 && unpacked < size && _at - start < size; _chunks--)
        {
            if (_end - _at <= 8 || _file.Read(_chunkHead, _at) < 8)
            {
                Damage ??= $"the packed data of CPU {Cpu} in {Buffer.Title} end early, at byte {_at}";
                _at = _end;
                break;
            }
            var (packed, bytes) = (UInt32(0), UInt32(4));
            if (packed > LargestChunk || bytes > LargestChunk)
            {
                Damage ??= $"a packed chunk of CPU {Cpu} in {Buffer.Title} is said to have {Math.Max(packed, bytes)} bytes (at byte {_at}); it and what follows of this CPU was left out";
                _chunks = 0;
                break;
            }
            // What is cut is still tried: the worker says what is wrong with it.
            _at = Math.Min(_end, _at + 8 + packed);
            unpacked += bytes;
        }
        piece = new Piece(this, start, (int)(_at - start));
        return _at > start;
    }

    private uint UInt32(int at)
        => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_chunkHead.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(_chunkHead.AsSpan(at));
}
