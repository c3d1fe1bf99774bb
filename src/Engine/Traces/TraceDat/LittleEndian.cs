using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Byte order of x86 and of nearly all Arm and RISC-V machines.</summary>
internal unsafe struct LittleEndian : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(byte* at)
        => BitConverter.IsLittleEndian
            ? Unsafe.ReadUnaligned<ushort>(at)
            : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(byte* at)
        => BitConverter.IsLittleEndian
            ? Unsafe.ReadUnaligned<uint>(at)
            : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(byte* at)
        => BitConverter.IsLittleEndian
            ? Unsafe.ReadUnaligned<ulong>(at)
            : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TypeLength(uint header) => header & 31;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint TimeDelta(uint header) => header >> 5;
}
