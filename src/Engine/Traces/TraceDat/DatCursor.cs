using System.Buffers.Binary;
using System.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Reads numbers and strings one after the other, in the file's byte order, from one section: no length in the file
/// leads out of the section it stands in.
/// </summary>
internal sealed class DatCursor
{
    // A section read from the file directly is looked at through a window of this size.
    private const int Window = 64 * 1024;

    private readonly DatFile? _file;
    private readonly bool _bigEndian;
    private readonly long _end;
    private byte[] _bytes;
    private long _start;
    private int _at;
    private int _filled;

    /// <summary>Reads a part of the file.</summary>
    public DatCursor(DatFile file, long start, long end, bool bigEndian)
    {
        (_file, _start, _end, _bigEndian) = (file, start, Math.Min(end, file.Length), bigEndian);
        _bytes = [];
    }

    /// <summary>Reads bytes in memory that stand for the file from an offset on.</summary>
    public DatCursor(byte[] bytes, long offset, bool bigEndian)
        => (_bytes, _filled, _start, _end, _bigEndian) = (bytes, bytes.Length, offset, offset + bytes.Length, bigEndian);

    /// <summary>Where the next byte stands in the file (in an unpacked section: as if it were not packed).</summary>
    public long Offset => _start + _at;

    /// <summary>Bytes left in the section.</summary>
    public long Remaining => Math.Max(0, _end - Offset);

    public byte UInt8() => Take(1)[0];

    public ushort UInt16()
    {
        var bytes = Take(2);
        return _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint UInt32()
    {
        var bytes = Take(4);
        return _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong UInt64()
    {
        var bytes = Take(8);
        return _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>A string up to its null byte, which is taken too.</summary>
    public string Text(int most)
    {
        var text = new List<byte>();
        for (byte b; (b = UInt8()) != 0;)
        {
            if (text.Count == most) throw new DatDamage($"a string is longer than {most} bytes", Offset);
            text.Add(b);
        }
        return Encoding.UTF8.GetString([.. text]);
    }

    /// <summary>Bytes of a length that the file states.</summary>
    /// <param name="length">The stated length.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="most">The longest that makes sense.</param>
    public byte[] Bytes(ulong length, string what, int most)
    {
        if (length > (ulong)Remaining) throw new DatDamage($"{what} is said to be {length} bytes long where {Remaining} are left", Offset);
        if (length > (ulong)most) throw new DatDamage($"{what} is said to be {length} bytes long; at most {most} make sense", Offset);
        var bytes = new byte[(int)length];
        var buffered = Math.Min(bytes.Length, _filled - _at);
        _bytes.AsSpan(_at, buffered).CopyTo(bytes);
        _at += buffered;
        if (buffered == bytes.Length) return bytes;
        // A place in it that cannot be read is given as zeros: of a text the rest is still good.
        if (_file is null || _file.ReadOver(bytes.AsSpan(buffered), Offset, out _) < bytes.Length - buffered)
            throw new DatDamage($"the file ends inside {what}", Offset);
        (_start, _at, _filled) = (Offset + bytes.Length - buffered, 0, 0);
        return bytes;
    }

    /// <summary>Steps over bytes.</summary>
    public void Skip(ulong length, string what)
    {
        if (length > (ulong)Remaining) throw new DatDamage($"{what} is said to be {length} bytes long where {Remaining} are left", Offset);
        if (length <= (ulong)(_filled - _at)) _at += (int)length;
        else (_start, _at, _filled) = (Offset + (long)length, 0, 0);
    }

    private ReadOnlySpan<byte> Take(int n)
    {
        if (_filled - _at < n) Fill(n);
        var bytes = _bytes.AsSpan(_at, n);
        _at += n;
        return bytes;
    }

    private void Fill(int n)
    {
        if (_file is not null && Remaining >= n)
        {
            (_start, _at) = (Offset, 0);
            if (_bytes.Length == 0) _bytes = new byte[Window];
            _filled = _file.Read(_bytes.AsSpan(0, (int)Math.Min(Window, _end - _start)), _start);
        }
        if (_filled - _at < n) throw new DatDamage("the file or one of its sections ends too early", Offset);
    }
}
