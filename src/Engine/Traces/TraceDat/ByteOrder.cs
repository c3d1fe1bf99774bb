using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// How the recorded machine wrote numbers, as a type: the decoder is compiled for each, so that no event pays for the choice.
/// </summary>
internal unsafe interface IByteOrder
{
    static abstract ushort UInt16(byte* at);

    static abstract uint UInt32(byte* at);

    static abstract ulong UInt64(byte* at);

    /// <summary>A record's header: its kind or length. Bit fields are laid out from the other end on big-endian machines.</summary>
    static abstract uint TypeLength(uint header);

    /// <summary>A record's header: time since the record before.</summary>
    static abstract uint TimeDelta(uint header);
}

/// <summary>The way of x86, and of nearly all Arm and RISC-V.</summary>
internal unsafe struct LittleEndian : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(byte* at)
        => BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ushort>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(byte* at)
        => BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<uint>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(byte* at)
        => BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ulong>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TypeLength(uint header) => header & 31;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TimeDelta(uint header) => header >> 5;
}

/// <summary>The way of s390 and of older PowerPC and MIPS.</summary>
internal unsafe struct BigEndian : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(byte* at) => BinaryPrimitives.ReverseEndianness(LittleEndian.UInt16(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(byte* at) => BinaryPrimitives.ReverseEndianness(LittleEndian.UInt32(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(byte* at) => BinaryPrimitives.ReverseEndianness(LittleEndian.UInt64(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TypeLength(uint header) => header >> 27;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TimeDelta(uint header) => header & ((1u << 27) - 1);
}
