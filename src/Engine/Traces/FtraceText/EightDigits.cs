using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Decimal numbers of eight digits, the first of them in the lowest byte. All digits are handled at once.</summary>
internal static class EightDigits
{
    /// <summary>Whether all bytes are digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreDigits(ulong text)
        => ((text & 0xF0F0F0F0F0F0F0F0) | (((text + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) == 0x3333333333333333;

    /// <summary>The number that the digits make.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Parse(ulong text)
    {
        text -= 0x3030303030303030;
        text = (text * 10) + (text >> 8);
        return (uint)((((text & 0x000000FF000000FF) * 0x000F424000000064)
            + (((text >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32);
    }
}
