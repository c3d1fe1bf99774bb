using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Byte order of s390 and of older PowerPC and MIPS machines.</summary>
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
