using System.Buffers;
using System.Buffers.Binary;

namespace KernelMagnifier.Logs;

/// <summary>Reads lines, and the binary values between them that the journal exports. For one thread.</summary>
/// <param name="stream">The bytes.</param>
internal sealed class LogLines(Stream stream)
{
    private const int BlockSize = 1 << 16;

    private readonly byte[] _block = new byte[BlockSize];
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _at, _filled;

    /// <summary>The number of the last line, from 1 on.</summary>
    public long Number { get; private set; }

    /// <summary>Why the bytes ended early; null if they did not.</summary>
    public string? Damage { get; private set; }

    /// <summary>Whether the last line was longer than is kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether the last line had no end, as the bytes end in it.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Reads a line without its end, which stays as it is until the next call; false at the end.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        _line.ResetWrittenCount();
        (IsCut, IsLast) = (false, false);
        while (_at < _filled || Fill())
        {
            var rest = _block.AsSpan(_at, _filled - _at);
            var end = rest.IndexOf((byte)'\n');
            Keep(end < 0 ? rest : rest[..end]);
            _at += end < 0 ? rest.Length : end + 1;
            if (end < 0) continue;
            line = Line();
            return true;
        }
        IsLast = true;
        line = Line();
        return line.Length > 0 || IsCut;
    }

    /// <summary>Reads a binary value: its length in 8 bytes, its bytes, and a line end. False if the bytes end in it.</summary>
    /// <param name="isKept">Whether the value is needed.</param>
    /// <param name="value">The value, which stays as it is until the next call; empty if it is not needed or too long.</param>
    public bool Value(bool isKept, out ReadOnlySpan<byte> value)
    {
        value = default;
        _line.ResetWrittenCount();
        IsCut = false;
        if (!Take(sizeof(ulong), true)) return false;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(_line.WrittenSpan);
        _line.ResetWrittenCount();
        if (length > long.MaxValue || !Take((long)length, isKept)) return false;
        value = _line.WrittenSpan;
        return _at < _filled || Fill() ? _block[_at++] == '\n' : true;
    }

    private ReadOnlySpan<byte> Line()
    {
        Number++;
        var line = _line.WrittenSpan;
        if (Number == 1 && line.StartsWith("\uFEFF"u8)) line = line["\uFEFF"u8.Length..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private bool Take(long length, bool isKept)
    {
        while (length > 0)
        {
            if (_at >= _filled && !Fill()) return false;
            var part = (int)Math.Min(length, _filled - _at);
            if (isKept) Keep(_block.AsSpan(_at, part));
            (_at, length) = (_at + part, length - part);
        }
        return true;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        // One byte more tells that the line is too long.
        var room = MeasurementJson.LongestLine + 1 - _line.WrittenCount;
        if (bytes.Length > room)
        {
            IsCut = true;
            bytes = bytes[..room];
        }
        _line.Write(bytes);
    }

    private bool Fill()
    {
        if (Damage is not null) return false;
        (_at, _filled) = (0, 0);
        try
        {
            _filled = stream.Read(_block);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Damage = error.Message;
        }
        return _filled > 0;
    }
}
