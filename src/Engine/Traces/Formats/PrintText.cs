using System.Buffers;
using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// The bytes of an event's text as it is made. It is used again for the next event. A text stops growing at its bound, so a
/// hostile
/// format cannot fill the memory.
/// </summary>
internal sealed class PrintText : IBufferWriter<byte>
{
    /// <summary>The longest text in bytes.</summary>
    public const int Longest = 256 << 10;

    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>The length so far. Setting it cuts the text.</summary>
    public int Length
    {
        get => _length;
        set => _length = Math.Min(value, _length);
    }

    /// <summary>Whether no more can be written.</summary>
    public bool IsFull => _length >= Longest;

    /// <summary>Makes it empty.</summary>
    public void Clear() => _length = 0;

    /// <summary>The room for at least the given number of bytes; less at the bound.</summary>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_bytes.Length - _length < sizeHint)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + sizeHint));
        return _bytes.AsSpan(_length);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = GetSpan(sizeHint);
        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Longest - _length) bytes = bytes[..Math.Max(0, Longest - _length)];
        bytes.CopyTo(GetSpan(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Appends a byte.</summary>
    public void Append(byte value)
    {
        if (IsFull) return;
        GetSpan(1)[0] = value;
        _length++;
    }

    /// <summary>Appends a byte several times.</summary>
    public void Append(byte value, int count)
    {
        count = Math.Clamp(count, 0, Longest - _length);
        GetSpan(count)[..count].Fill(value);
        _length += count;
    }

    /// <summary>Appends text.</summary>
    public void Append(string text) => Append(NameText.Encode(text));

    /// <summary>Appends a number in decimal.</summary>
    public void AppendDecimal(ulong value) => Append(value, default);

    /// <summary>Appends a number in lower-case hexadecimal.</summary>
    public void AppendHex(ulong value) => Append(value, new StandardFormat('x'));

    /// <summary>Appends a byte as two hexadecimal digits.</summary>
    public void AppendHexByte(byte value, bool upper = false)
    {
        var digits = upper ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        Append(digits[value >> 4]);
        Append(digits[value & 15]);
    }

    /// <inheritdoc/>
    public override string ToString() => NameText.Decode(Written);

    private void Append(ulong value, StandardFormat format)
    {
        if (IsFull) return;
        _ = Utf8Formatter.TryFormat(value, GetSpan(24), out var written, format);
        _length += written;
    }
}
