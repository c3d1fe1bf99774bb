using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Reads forward through a piece of a debug section and cannot leave it.</summary>
internal ref struct DwarfCursor
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly DebugSection? _section;
    private readonly long _base;

    /// <summary>Starts at the first byte of a piece.</summary>
    /// <param name="data">The piece.</param>
    /// <param name="section">The section it is of, when values in it may come from relocations.</param>
    /// <param name="offset">Where in the section the piece starts.</param>
    public DwarfCursor(ReadOnlySpan<byte> data, DebugSection? section = null, long offset = 0)
    {
        _data = data;
        _section = section is { IsRelocated: true } ? section : null;
        _base = offset;
    }

    /// <summary>The place in the piece.</summary>
    public int At { get; set; }

    /// <summary>The place in the section.</summary>
    public readonly long Offset => _base + At;

    public readonly int Length => _data.Length;

    public readonly bool IsAtEnd => At >= _data.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte U8()
    {
        if ((uint)At >= (uint)_data.Length) Short();
        return _data[At++];
    }

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U24()
    {
        var bytes = Take(3);
        return bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);
    }

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of 4 or 8 bytes that refers to somewhere: an offset in a section, or an address.</summary>
    public ulong Reference(int size)
    {
        var where = Offset;
        ulong plain = size switch
        {
            4 => U32(),
            8 => U64(),
            _ => throw new DamagedException($"an offset or address of {size} bytes"),
        };
        return _section is null ? plain : _section.Relocated(where, plain, size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Uleb()
    {
        var first = U8();
        return first < 0x80 ? first : LongUleb(first);
    }

    private ulong LongUleb(byte first)
    {
        ulong value = first & 0x7fu;
        for (var shift = 7; ; shift += 7)
        {
            var next = U8();
            if (shift < 64) value |= (ulong)(next & 0x7f) << shift;
            else if (shift > 140) throw new DamagedException("a number without end");
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
            else if (shift > 140) throw new DamagedException("a number without end");
            if (next >= 0x80) continue;
            if ((next & 0x40) != 0 && shift + 7 < 64) value |= -1L << (shift + 7);
            return value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(ulong count)
    {
        if (count > (ulong)(_data.Length - At)) Short();
        At += (int)count;
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_data.Length - At)) Short();
        var bytes = _data.Slice(At, count);
        At += count;
        return bytes;
    }

    /// <summary>The bytes up to a zero, which is read too.</summary>
    public ReadOnlySpan<byte> String()
    {
        var end = _data[At..].IndexOf((byte)0);
        if (end < 0) Short();
        var bytes = _data.Slice(At, end);
        At += end + 1;
        return bytes;
    }

    /// <summary>A length that tells by its own value whether the unit has 4- or 8-byte offsets (DWARF 5, 7.4).</summary>
    public ulong InitialLength(out int offsetSize)
    {
        ulong length = U32();
        offsetSize = length == 0xffffffff ? 8 : 4;
        if (offsetSize == 8) length = U64();
        else if (length >= 0xfffffff0) throw new DamagedException($"a unit length of {length:x}");
        return length;
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void Short() => throw new OutOfPieceException();
}
