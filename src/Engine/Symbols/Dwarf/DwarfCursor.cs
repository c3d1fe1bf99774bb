using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Reads values in order from a part of a debug section. It cannot read outside that part.</summary>
internal ref struct DwarfCursor
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly DebugSection? _section;
    private readonly long _base;

    /// <summary>Creates a cursor at the first byte.</summary>
    /// <param name="data">The part of the section.</param>
    /// <param name="section">The section, when its values may come from relocations.</param>
    /// <param name="offset">The offset of <paramref name="data"/> in the section.</param>
    public DwarfCursor(ReadOnlySpan<byte> data, DebugSection? section = null, long offset = 0)
    {
        _data = data;
        _section = section is { IsRelocated: true } ? section : null;
        _base = offset;
    }

    /// <summary>The position in the data.</summary>
    public int Position { get; set; }

    /// <summary>The position in the section.</summary>
    public readonly long Offset => _base + Position;

    public readonly int Length => _data.Length;

    public readonly bool IsAtEnd => Position >= _data.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte U8()
    {
        if ((uint)Position >= (uint)_data.Length) ThrowEndOfData();
        return _data[Position++];
    }

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U24()
    {
        var bytes = Take(3);
        return bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);
    }

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of 4 or 8 bytes that may be relocated: an offset in a section, or an address.</summary>
    public ulong Reference(int size)
    {
        var offset = Offset;
        ulong plain = size switch
        {
            4 => U32(),
            8 => U64(),
            _ => throw new DamagedException($"an offset or address of {size} bytes"),
        };
        return _section is null ? plain : _section.Relocated(offset, plain, size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Uleb()
    {
        var first = U8();
        return first < 0x80 ? first : MultiByteUleb(first);
    }

    private ulong MultiByteUleb(byte first)
    {
        ulong value = first & 0x7fu;
        for (var shift = 7; ; shift += 7)
        {
            var next = U8();
            if (shift < 64) value |= (ulong)(next & 0x7f) << shift;
            else if (shift > 140) throw new DamagedException("a LEB128 number that does not end");
            if (next < 0x80) return value;
        }
    }

    public long Sleb()
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = U8();
            if (shift < 64) value |= (long)(next & 0x7f) << shift;
            else if (shift > 140) throw new DamagedException("a LEB128 number that does not end");
            if (next >= 0x80) continue;
            if ((next & 0x40) != 0 && shift + 7 < 64) value |= -1L << (shift + 7);
            return value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(ulong count)
    {
        if (count > (ulong)(_data.Length - Position)) ThrowEndOfData();
        Position += (int)count;
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_data.Length - Position)) ThrowEndOfData();
        var bytes = _data.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>The bytes up to a terminating zero, which is consumed.</summary>
    public ReadOnlySpan<byte> String()
    {
        var end = _data[Position..].IndexOf((byte)0);
        if (end < 0) ThrowEndOfData();
        var bytes = _data.Slice(Position, end);
        Position += end + 1;
        return bytes;
    }

    /// <summary>An initial length. Its value determines whether the unit has 4-byte or 8-byte offsets (DWARF 5, 7.4).</summary>
    public ulong InitialLength(out int offsetSize)
    {
        ulong length = U32();
        offsetSize = length == 0xffffffff ? 8 : 4;
        if (offsetSize == 8) length = U64();
        else if (length >= 0xfffffff0) throw new DamagedException($"a unit length of {length:x}");
        return length;
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void ThrowEndOfData() => throw new EndOfDataException();
}
