using System.Buffers.Binary;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads <see cref="FunctionGraphColumns.AbsoluteTime"/>: seconds with six decimals, <c> 18.711095 | </c>. One instance per
/// thread.
/// </summary>
internal sealed class AbsoluteTimeColumn
{
    private const int LongestTime = 24;

    // The decimal point and the whole seconds of the previous line; the next line mostly has the same.
    private int _point;
    private ulong _secondsText;
    private long _seconds;

    /// <summary>Reads the column at the start of a line, in nanoseconds.</summary>
    public bool TryRead(ReadOnlySpan<byte> line, ref int at, out long time)
    {
        time = 0;
        var point = _point;
        if ((uint)(point + 11) >= (uint)line.Length || line[point] != '.' || line[point + 8] != '|' || line[point + 7] != ' ')
        {
            point = line[..Math.Min(line.Length, LongestTime)].IndexOf((byte)'.');
            if (point < 1 || point + 11 > line.Length || line[point + 7] != ' ' || line[point + 8] != '|') return false;
        }
        if (line[point + 9] != ' ' || line[point + 10] != ' ') return false;
        var text = point >= 8 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(line) << (64 - (point * 8));
        if (text == 0 || point != _point || text != _secondsText)
        {
            var digits = 0;
            while (line[digits] == ' ') digits++;
            if (!DecimalText.TryRead(line, ref digits, out var seconds) || digits != point
                || seconds > long.MaxValue / 2_000_000_000) return false;
            (_point, _secondsText, _seconds) = (point, text, seconds);
        }
        // Shifting out the two bytes after the six decimals makes an eight-digit number with two leading zeros.
        var micros = (BinaryPrimitives.ReadUInt64LittleEndian(line[(point + 1)..]) << 16) | 0x3030;
        if (!EightDigits.AreDigits(micros)) return false;
        time = (_seconds * 1_000_000_000) + (EightDigits.Parse(micros) * 1000);
        at = point + 11;
        return true;
    }
}
