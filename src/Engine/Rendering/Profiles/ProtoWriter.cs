using System.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), with the two wire types that
/// profiles need: varint and length-delimited.
/// </summary>
internal sealed class ProtoWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>The bytes written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Discards the written bytes.</summary>
    public void Clear() => _length = 0;

    /// <summary>Writes a number. 0, the default of every field, is not written.</summary>
    public void Number(int field, long value)
    {
        if (value == 0) return;
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    /// <summary>Writes a number, also if it is 0: for fields whose presence matters.</summary>
    public void Always(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    /// <summary>Writes a packed repeated field.</summary>
    public void Numbers(int field, ReadOnlySpan<long> values)
    {
        var length = 0;
        foreach (var value in values) length += Size((ulong)value);
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)length);
        foreach (var value in values) Varint((ulong)value);
    }

    /// <summary>Writes a string.</summary>
    public void Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a nested message.</summary>
    public void Message(int field, ProtoWriter message) => Bytes(field, message.Written);

    /// <summary>Writes bytes with their length.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)bytes.Length);
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Copies the written bytes to a stream and discards them.</summary>
    public void FlushTo(Stream output)
    {
        output.Write(Written);
        Clear();
    }

    private void Varint(ulong value)
    {
        Room(10);
        for (; value >= 0x80; value >>= 7) _bytes[_length++] = (byte)(value | 0x80);
        _bytes[_length++] = (byte)value;
    }

    private static int Size(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7) size++;
        return size;
    }

    private void Room(int more)
    {
        if (_length + more > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
    }
}
