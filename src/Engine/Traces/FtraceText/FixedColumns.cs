using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Positions of the fields in a line of the function tracer. The kernel pads the fields, so most lines have the same columns.
/// </summary>
/// <remarks><c>trace_print_context</c> and <c>trace_print_time</c> in <c>kernel/trace/trace_output.c</c>.</remarks>
internal static class FixedColumns
{
    /// <summary>
    /// The dash between comm and PID (<c>"%16s-%-7d "</c>). The comm is at most 15 bytes long, so it never moves this column.
    /// </summary>
    public const int Dash = 16;

    /// <summary>The bracket before the CPU.</summary>
    public const int Bracket = 25;

    /// <summary>The bracket before the CPU if the line has a thread group id (option <c>record-tgid</c>).</summary>
    public const int BracketAfterTgid = 35;

    /// <summary>No read at a fixed position can pass the end of a line of this length.</summary>
    public const int ShortestLine = 72;

    /// <summary>The CPU has three digits (<c>"%03d"</c>), and more on very large machines.</summary>
    public const int MaxCpuDigits = 5;

    // " %5lu.%06lu" and "%12llu".
    private const int NarrowestTime = 12;
    private const int WidestTime = 16;

    // The decimal point of a time in seconds, seventh from the end of the sixteen bytes that are read.
    private const int Point = 9;

    // Distinguishes digits, and maps a space to the same value as a zero, because a time can be padded with either.
    private static readonly UInt128 LowNibbles = new(0x0F0F0F0F0F0F0F0F, 0x0F0F0F0F0F0F0F0F);

    /// <summary>Reads the time column: padding, then a count, or seconds with six decimals.</summary>
    /// <param name="line">A line of at least <see cref="ShortestLine"/> bytes.</param>
    /// <param name="start">Position of the column.</param>
    /// <param name="isCount">Whether the clock is a counter, whose times have no decimal point.</param>
    /// <param name="colon">Position of the colon after the time.</param>
    /// <param name="time">The time in a form that compares like the number; <see cref="ToTime"/> converts it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadTime(ReadOnlySpan<byte> line, int start, bool isCount, out int colon, out UInt128 time)
    {
        time = default;
        colon = start + NarrowestTime;
        while (colon + 10 < line.Length && (line[colon] == '.' || (uint)(line[colon] - '0') < 10)) colon++;
        if (colon + 10 >= line.Length || colon - start > WidestTime || line[colon] != ':' || line[colon + 1] != ' ') return false;
        var text = line.Slice(colon - WidestTime, WidestTime);
        var bytes = Vector128.Create(text);
        var width = colon - start;
        var field = (0xFFFFu << (WidestTime - width)) & 0xFFFF;
        var isDigit = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
        var isSpace = Vector128.Equals(bytes, Vector128.Create((byte)' '));
        var digits = isDigit.ExtractMostSignificantBits() & field;
        var spaces = (isSpace.ExtractMostSignificantBits() & field) >> (WidestTime - width);
        // All spaces must precede the digits, and every other byte except the decimal point must be a digit.
        if ((spaces & (spaces + 1)) != 0
            || (digits | (spaces << (WidestTime - width))) != (isCount ? field : field & ~(1u << Point))
            || (!isCount && text[Point] != '.')) return false;
        time = BinaryPrimitives.ReadUInt128BigEndian(text) & (LowNibbles >> (128 - width * 8));
        return true;
    }

    /// <summary>Converts a time of <see cref="TryReadTime"/> to a count, or from seconds to nanoseconds.</summary>
    public static long ToTime(UInt128 time, bool isCount)
    {
        long whole = 0;
        for (var shift = 120; shift >= 0; shift -= 8)
        {
            // The low half of the decimal point is 14.
            var digit = (uint)(byte)(time >> shift);
            if (digit < 10) whole = whole * 10 + digit;
        }
        return isCount ? whole : whole * 1000;
    }
}
