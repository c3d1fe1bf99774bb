using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>A value of a report.</summary>
internal readonly record struct ReportValue : IHashed
{
    private readonly string? _text;
    private readonly long _number;
    private readonly byte _decimals;

    private ReportValue(ReportKind kind, string? text, long number, int decimals)
        => (Kind, _text, _number, _decimals) = (kind, text, number, (byte)decimals);

    /// <summary>The type of the value.</summary>
    public ReportKind Kind { get; }

    /// <summary>The number without its decimal point: 12345 for 12.345.</summary>
    internal long Number => _number;

    /// <summary>Whether the value is a number without decimals.</summary>
    internal bool IsWhole => Kind == ReportKind.Number && _decimals == 0;

    /// <inheritdoc/>
    public ulong Hash(in SeededHash with)
        => with.Of((ulong)_number, ((ulong)(uint)(_text?.GetHashCode(StringComparison.Ordinal) ?? 0) << 32)
            | ((uint)_decimals << 8) | (uint)Kind);

    /// <summary>A text; no value for null.</summary>
    public static ReportValue Of(string? text) => text is null ? default : new(ReportKind.Text, text, 0, 0);

    /// <summary>An integer; no value for null.</summary>
    public static ReportValue Of(long? number) => number is { } n ? new(ReportKind.Number, null, n, 0) : default;

    /// <summary>A Boolean.</summary>
    public static ReportValue Of(bool truth) => new(ReportKind.Truth, null, truth ? 1 : 0, 0);

    /// <summary>A number with decimals: <c>Fixed(12345, 3)</c> is 12.345. No value for null.</summary>
    public static ReportValue Fixed(long? number, int decimals)
        => number is { } n ? new(ReportKind.Number, null, n, decimals) : default;

    /// <summary>A duration in nanoseconds as microseconds; no value for a negative one, which is unknown.</summary>
    public static ReportValue Microseconds(long nanoseconds) => nanoseconds < 0 ? default : Fixed(nanoseconds, 3);

    /// <summary>The time of a record in seconds, or in counts if the clock counts.</summary>
    public static ReportValue Time(long? time, TraceInfo trace) => Time(time, trace.Unit, trace.Format);

    /// <inheritdoc cref="Time(long?, TraceInfo)"/>
    public static ReportValue Time(long? time, ClockUnit clock, string format)
        => time is not { } t ? default : clock == ClockUnit.Counts ? Of(t)
            : format == "trace.dat" || t % 1000 != 0 ? Fixed(t, 9) : Fixed(t / 1000, 6);

    /// <summary>The sum of two numbers. No value counts as zero.</summary>
    public static ReportValue Sum(ReportValue a, ReportValue b)
        => a.Kind == ReportKind.None ? b
            : b.Kind == ReportKind.None ? a
            : new(ReportKind.Number, null, a._number + b._number, a._decimals);

    /// <summary>Compares numbers by size and texts ordinally. No value is less than any value.</summary>
    public int CompareTo(ReportValue other)
        => Kind != other.Kind ? Kind.CompareTo(other.Kind)
            : Kind == ReportKind.Text ? string.CompareOrdinal(_text, other._text)
            : _decimals == other._decimals ? _number.CompareTo(other._number)
            : ((Int128)_number * Power(other._decimals)).CompareTo((Int128)other._number * Power(_decimals));

    /// <summary>The value as text, without escaping; empty for no value.</summary>
    public override string ToString()
    {
        switch (Kind)
        {
            case ReportKind.Text:
                return _text!;
            case ReportKind.Truth:
                return _number != 0 ? "true" : "false";
            case ReportKind.Number when _decimals == 0:
                return _number.ToString(CultureInfo.InvariantCulture);
            case ReportKind.Number:
                var size = UInt128.CreateChecked(Int128.Abs(_number));
                var power = (UInt128)Power(_decimals);
                var fraction = (size % power).ToString(CultureInfo.InvariantCulture).PadLeft(_decimals, '0');
                return $"{(_number < 0 ? "-" : "")}{(size / power).ToString(CultureInfo.InvariantCulture)}.{fraction}";
            default:
                return "";
        }
    }

    private static long Power(int decimals)
    {
        var power = 1L;
        for (; decimals > 0; decimals--) power *= 10;
        return power;
    }
}
