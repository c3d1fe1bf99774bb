using System.Buffers.Binary;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Reads consecutive numbers and strings of one section in the file's byte order. No length in the file leads outside the section
/// that contains it.
/// </summary>
internal sealed class DatCursor
{
    // A section that is read directly from the file is buffered in a window of this size.
    private const int Window = 64 * 1024;

    private readonly DatFile? _file;
    private readonly int _window = Window;
    private readonly bool _bigEndian;
    private readonly long _end;
    private Memory<byte> _bytes;
    private long _start;
    private int _at;
    private int _filled;

    /// <summary>Reads a part of the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">The start of the part.</param>
    /// <param name="end">The end of the part.</param>
    /// <param name="bigEndian">The byte order.</param>
    /// <param name="window">The bytes to read at once where numbers are read: at least eight.</param>
    public DatCursor(DatFile file, long start, long end, bool bigEndian, int window = Window)
    {
        (_file, _start, _end, _bigEndian) = (file, start, Math.Min(end, file.Length), bigEndian);
        _window = window;
    }

    /// <summary>Reads bytes in memory that represent the file from an offset on.</summary>
    public DatCursor(Memory<byte> bytes, long offset, bool bigEndian)
        => (_bytes, _filled, _start, _end, _bigEndian) = (bytes, bytes.Length, offset, offset + bytes.Length, bigEndian);

    /// <summary>
    /// Offset of the next byte in the file. In a decompressed section: the section's offset plus the position in its contents.
    /// </summary>
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

    /// <summary>Reads a null-terminated string, including its terminator.</summary>
    /// <param name="most">The longest string accepted, in bytes.</param>
    public string Text(int most)
    {
        var text = new List<byte>();
        for (byte b; (b = UInt8()) != 0;)
        {
            if (text.Count == most) throw new DatDamage($"a string is longer than {most} bytes", Offset);
            text.Add(b);
        }
        return NameText.Decode([.. text]);
    }

    /// <summary>Reads as many bytes as a length field of the file states.</summary>
    /// <param name="length">The stated length.</param>
    /// <param name="what">The name of the bytes in messages.</param>
    /// <param name="most">The greatest length accepted.</param>
    public byte[] Bytes(ulong length, string what, int most)
    {
        Check(length, what, most);
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        CopyTo(bytes, what);
        return bytes;
    }

    /// <summary>Does what <see cref="Bytes"/> does, for megabytes. Bytes of a section that is in memory are not copied.</summary>
    /// <inheritdoc cref="Bytes"/>
    public ReadOnlyMemory<byte> Memory(ulong length, string what, int most)
    {
        Check(length, what, most);
        if (_file is null)
        {
            _at += (int)length;
            return _bytes.Slice(_at - (int)length, (int)length);
        }
        var bytes = LargeBuffer.Allocate((int)length);
        CopyTo(bytes.Span, what);
        return bytes;
    }

    private void CopyTo(Span<byte> bytes, string what)
    {
        var buffered = Math.Min(bytes.Length, _filled - _at);
        _bytes.Span.Slice(_at, buffered).CopyTo(bytes);
        _at += buffered;
        if (buffered == bytes.Length) return;
        // An unreadable range yields zeros, so that the rest of a text is still used.
        if (_file is null || _file.ReadOver(bytes[buffered..], Offset, out _) < bytes.Length - buffered)
            throw new DatDamage($"the file ends inside {what}", Offset);
        (_start, _at, _filled) = (Offset + bytes.Length - buffered, 0, 0);
    }

    /// <summary>Skips bytes.</summary>
    public void Skip(ulong length, string what)
    {
        if (length > (ulong)Remaining) throw TooLong(length, what);
        if (length <= (ulong)(_filled - _at)) _at += (int)length;
        else (_start, _at, _filled) = (Offset + (long)length, 0, 0);
    }

    private void Check(ulong length, string what, int most)
    {
        if (length > (ulong)Remaining) throw TooLong(length, what);
        if (length > (ulong)most)
            throw new DatDamage($"the length of {what} is {length} bytes; at most {most} are accepted", Offset);
    }

    private DatDamage TooLong(ulong length, string what)
        => new($"the length of {what} is {length} bytes, but only {Remaining} bytes are left", Offset);

    private ReadOnlySpan<byte> Take(int n)
    {
        if (_filled - _at < n) Fill(n);
        var bytes = _bytes.Span.Slice(_at, n);
        _at += n;
        return bytes;
    }

    private void Fill(int n)
    {
        if (_file is not null && Remaining >= n)
        {
            (_start, _at) = (Offset, 0);
            // Many cursors read only the few bytes of a header.
            var most = (int)Math.Min(_window, _end - _start);
            if (_bytes.Length < most) _bytes = GC.AllocateUninitializedArray<byte>(most);
            _filled = _file.Read(_bytes.Span[..most], _start);
        }
        if (_filled - _at < n) throw new DatDamage("the file or one of its sections is cut", Offset);
    }
}
