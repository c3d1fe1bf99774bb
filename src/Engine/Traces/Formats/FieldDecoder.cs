using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>Decodes the raw value of a field.</summary>
internal static class FieldDecoder
{
    /// <summary>The value; null if the record does not contain it.</summary>
    public static object? Decode(EventFieldFormat field, ReadOnlySpan<byte> body, bool isBigEndian)
    {
        if (!field.TryLocate(body, isBigEndian, out var offset, out var length)) return null;
        var bytes = body.Slice(offset, length);
        return field.Shape switch
        {
            FieldShape.Number => Number(bytes, field.IsSigned, isBigEndian),
            FieldShape.Text => NameText.Decode(UpToNull(bytes)),
            _ => Array(bytes, field.ElementSize, field.IsSigned && field.Place == FieldPlace.Fixed, isBigEndian),
        };
    }

    /// <summary>Text up to its null byte.</summary>
    public static ReadOnlySpan<byte> UpToNull(ReadOnlySpan<byte> bytes)
        => bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;

    /// <summary>Reads an unsigned number of 1, 2, 4 or 8 bytes; 0 if they are of another length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Unsigned(ReadOnlySpan<byte> bytes, bool isBigEndian) => bytes.Length switch
    {
        1 => bytes[0],
        2 => isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        8 => isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => 0,
    };

    private static object Number(ReadOnlySpan<byte> bytes, bool isSigned, bool isBigEndian)
    {
        var value = Unsigned(bytes, isBigEndian);
        return (bytes.Length, isSigned) switch
        {
            (1, true) => (sbyte)value,
            (1, false) => (byte)value,
            (2, true) => (short)value,
            (2, false) => (ushort)value,
            (4, true) => (int)value,
            (4, false) => (uint)value,
            (_, true) => (long)value,
            _ => value,
        };
    }

    private static object Array(ReadOnlySpan<byte> bytes, int size, bool isSigned, bool isBigEndian) => (size, isSigned) switch
    {
        (1, true) => Array(bytes, 1, isBigEndian, v => (sbyte)v),
        (2, true) => Array(bytes, 2, isBigEndian, v => (short)v),
        (2, false) => Array(bytes, 2, isBigEndian, v => (ushort)v),
        (4, true) => Array(bytes, 4, isBigEndian, v => (int)v),
        (4, false) => Array(bytes, 4, isBigEndian, v => (uint)v),
        (8, true) => Array(bytes, 8, isBigEndian, v => (long)v),
        (8, false) => Array(bytes, 8, isBigEndian, v => v),
        _ => bytes.ToArray(),
    };

    private static T[] Array<T>(ReadOnlySpan<byte> bytes, int size, bool isBigEndian, Func<ulong, T> convert)
    {
        var array = new T[bytes.Length / size];
        for (var i = 0; i < array.Length; i++) array[i] = convert(Unsigned(bytes.Slice(i * size, size), isBigEndian));
        return array;
    }
}
