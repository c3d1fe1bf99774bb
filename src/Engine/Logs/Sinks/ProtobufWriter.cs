using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>Writes a message of Protocol Buffers.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, Fixed64 = 1, Delimited = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>A field of the type <c>fixed64</c>.</summary>
    public void Fixed(int field, ulong value)
    {
        Tag(field, Fixed64);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    /// <summary>A field of the type <c>double</c>.</summary>
    public void Number(int field, double value) => Fixed(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A field of the type <c>int64</c>, <c>bool</c> or an enumeration.</summary>
    public void Whole(int field, long value)
    {
        Tag(field, Varint);
        Variable((ulong)value);
    }

    /// <summary>A field of the type <c>sint32</c>.</summary>
    public void Signed(int field, int value)
    {
        Tag(field, Varint);
        Variable((uint)((value << 1) ^ (value >> 31)));
    }

    /// <summary>A field of the type <c>string</c>. What is no Unicode becomes U+FFFD.</summary>
    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A field of the type <c>repeated uint64</c>.</summary>
    public void Packed(int field, IEnumerable<long> values)
    {
        var packed = new ProtobufWriter();
        foreach (var value in values) packed.Variable((ulong)value);
        Bytes(field, packed.ToArray());
    }

    /// <summary>A field that is a message.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner.ToArray());
    }

    private void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Delimited);
        Variable((ulong)value.Length);
        _bytes.Write(value);
    }

    private void Tag(int field, int type) => Variable((ulong)(field << 3 | type));

    private void Variable(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
