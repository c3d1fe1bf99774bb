using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>A value of a report.</summary>
internal readonly record struct ReportValue : IHashed
{
    // A table has millions of values at most, so they are small: the text, or the object that stands for the kind of the number.
    private readonly object? _text;
    private readonly long _number;

    private ReportValue(object? text, long number) => (_text, _number) = (text, number);

    /// <summary>Stands for the kind of a value that is no text.</summary>
    private sealed class NumberKind(ReportKind kind, int decimals)
    {
        /// <summary>Numbers by their decimals.</summary>
        public static readonly NumberKind[] Numbers =
            [.. Enumerable.Range(0, 19).Select(decimals => new NumberKind(ReportKind.Number, decimals))];

        public static readonly NumberKind Truth = new(ReportKind.Truth, 0);

        public ReportKind Kind => kind;

        public int Decimals => decimals;
    }

    /// <summary>The type of the value.</summary>
    public ReportKind Kind => _text switch { null => ReportKind.None, NumberKind number => number.Kind, _ => ReportKind.Text };

    private int Decimals => _text is NumberKind number ? number.Decimals : 0;

    /// <summary>The number without its decimal point: 12345 for 12.345.</summary>
    internal long Number => _number;

    /// <summary>Whether the value is a number without decimals.</summary>
    internal bool IsWhole => ReferenceEquals(_text, NumberKind.Numbers[0]);

    /// <inheritdoc/>
    public ulong Hash(in SeededHash with)
        => with.Of((ulong)_number, _text is string text
            ? (uint)text.GetHashCode() : ((ulong)(uint)Decimals << 32) | (uint)Kind);

    /// <summary>A text; no value for null.</summary>
    public static ReportValue Of(string? text) => new(text, 0);

    /// <summary>An integer; no value for null.</summary>
    public static ReportValue Of(long? number) => Fixed(number, 0);

    /// <summary>A Boolean.</summary>
    public static ReportValue Of(bool truth) => new(NumberKind.Truth, truth ? 1 : 0);

    /// <summary>A number with decimals: <c>Fixed(12345, 3)</c> is 12.345. No value for null.</summary>
    public static ReportValue Fixed(long? number, int decimals)
        => number is { } n ? new(NumberKind.Numbers[decimals], n) : default;

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
            : new(a._text, a._number + b._number);

    /// <summary>Compares numbers by size and texts ordinally. No value is less than any value.</summary>
    public int CompareTo(ReportValue other)
    {
        if (_text is string text && other._text is string otherText) return string.CompareOrdinal(text, otherText);
        // The same kind and the same number of decimals.
        if (ReferenceEquals(_text, other._text)) return _number.CompareTo(other._number);
        return Kind != other.Kind ? Kind.CompareTo(other.Kind)
            : ((Int128)_number * Power(other.Decimals)).CompareTo((Int128)other._number * Power(Decimals));
    }

    /// <summary>The value as text, without escaping; empty for no value.</summary>
    public override string ToString()
    {
        switch (Kind)
        {
            case ReportKind.Text:
                return (string)_text!;
            case ReportKind.Truth:
                return _number != 0 ? "true" : "false";
            case ReportKind.Number when Decimals == 0:
                return _number.ToString(CultureInfo.InvariantCulture);
            case ReportKind.Number:
                var size = UInt128.CreateChecked(Int128.Abs(_number));
                var power = (UInt128)Power(Decimals);
                var fraction = (size % power).ToString(CultureInfo.InvariantCulture).PadLeft(Decimals, '0');
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
