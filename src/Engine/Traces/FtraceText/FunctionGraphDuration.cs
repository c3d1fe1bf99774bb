using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Reads the usual forms of <see cref="FunctionGraphColumns.Duration"/> with a few comparisons.</summary>
/// <remarks>
/// A duration below ten milliseconds has three decimals: <c>+ 21.372 us   |  </c>. Its column has a fixed width, so it is one of
/// four forms, which its decimal point selects. <see cref="FunctionGraphColumn.TryReadDuration"/> reads all forms.
/// </remarks>
internal static class FunctionGraphDuration
{
    private const int Width = 16;

    // Where the number starts, after the mark and a space.
    private const int Number = 2;
    private const int FirstPoint = Number + 1;
    private const int Forms = 4;

    private static ReadOnlySpan<byte> Blank => "              | "u8;

    // A form for each place of the decimal point.
    private static ReadOnlySpan<byte> Texts =>
        "  0.000 us    |   00.000 us   |   000.000 us  |   0000.000 us | "u8;

    // How much each byte of a column, exclusive-or that of the form, can be: 9 for a digit, and 127 for the mark.
    private static ReadOnlySpan<byte> Limits =>
    [
        127, 0, 9, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        127, 0, 9, 9, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0,
        127, 0, 9, 9, 9, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0,
        127, 0, 9, 9, 9, 9, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Reads the column at the start of a text.</summary>
    /// <param name="text">At least 17 bytes.</param>
    /// <param name="duration">In nanoseconds, or <see cref="CallRecord.NoDuration"/> if the column is blank.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, out long duration)
    {
        duration = CallRecord.NoDuration;
        var column = Vector128.Create(text);
        if (text[Width] != ' ') return false;
        if (column == Vector128.Create(Blank)) return true;
        var points = Vector128.Equals(column, Vector128.Create((byte)'.')).ExtractMostSignificantBits();
        var form = BitOperations.TrailingZeroCount(points) - FirstPoint;
        if ((uint)form >= Forms) return false;
        var difference = column ^ Vector128.Create(Texts[(form * Width)..]);
        if (Vector128.Min(difference, Vector128.Create(Limits[(form * Width)..])) != difference || text[0] == '\n') return false;
        // Without the decimal point, at the upper end of the number, after zeros.
        var number = BinaryPrimitives.ReadUInt64LittleEndian(text[Number..]);
        var whole = 8 * (form + 1);
        var decimals = (number >> (whole + 8)) & 0xFFFFFF;
        number = (number << (64 - whole) >> 24) | (decimals << 40) | (0x3030303030303030UL >> (whole + 24));
        duration = EightDigits.Parse(number);
        return true;
    }
}
