using System.Buffers.Binary;
using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>Writes bytes to a file in large blocks.</summary>
internal sealed class ByteWriter : IDisposable
{
    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[1 << 20];
    private int _used;

    /// <summary>Creates a file.</summary>
    public ByteWriter(string path)
        => _file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    /// <summary>Bytes written so far.</summary>
    public long Length => _file.Position + _used;

    /// <summary>
    /// A buffer with room for at least that many bytes (at most a block). Fill it, then call <see cref="Advance"/>.
    /// </summary>
    public Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _used < bytes) Flush();
        return _buffer.AsSpan(_used);
    }

    /// <summary>Adds the bytes that were put into <see cref="Room"/>.</summary>
    public void Advance(int bytes) => _used += bytes;

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var room = Room(1);
            var part = Math.Min(bytes.Length, room.Length);
            bytes[..part].CopyTo(room);
            Advance(part);
            bytes = bytes[part..];
        }
    }

    /// <summary>Writes text.</summary>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a number, little-endian.</summary>
    public void Number(ulong value, int bytes)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(all, value);
        Write(all[..bytes]);
    }

    /// <summary>Writes zeros up to a multiple of bytes.</summary>
    public void Align(int multiple)
    {
        while (Length % multiple != 0) Number(0, 1);
    }

    /// <summary>Overwrites a number that was written before.</summary>
    public void Patch(long offset, ulong value, int bytes)
    {
        Flush();
        var end = _file.Position;
        _file.Position = offset;
        Number(value, bytes);
        Flush();
        _file.Position = end;
    }

    private void Flush()
    {
        if (_used == 0) return;
        _file.Write(_buffer, 0, _used);
        _used = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _file.Dispose();
    }

    /// <summary>Writes a number in decimal, padded on the left.</summary>
    /// <returns>The number of bytes.</returns>
    public static int Decimal(Span<byte> into, ulong value, int width, byte pad)
    {
        var digits = 1;
        for (var rest = value; rest >= 10; rest /= 10) digits++;
        var length = Math.Max(digits, width);
        for (var at = length - 1; at >= length - digits; at--)
        {
            into[at] = (byte)('0' + value % 10);
            value /= 10;
        }
        into[..(length - digits)].Fill(pad);
        return length;
    }
}
