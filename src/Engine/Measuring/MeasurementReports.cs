using System.Globalization;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Measuring;

/// <summary>Measurements as tables and sentences, the same in both faces.</summary>
internal static class MeasurementReports
{
    private static readonly (ReportColumn Column, Func<MeasuredCounter, ReportValue> Value)[] Columns =
    [
        (new("name", "Counter"), counter => ReportValue.Of(counter.Name)),
        (new("attributes", "Of"), counter => ReportValue.Of(Attributes(counter))),
        (new("value", "Value"), counter => Value(counter)),
        (new("unit", "Unit"), counter => ReportValue.Of(counter.Unit.Trim('{', '}'))),
    ];

    /// <summary>The counters as a table.</summary>
    public static ReportTable Counters(IReadOnlyList<MeasuredCounter> counters)
    {
        var table = new ReportTable([.. Columns.Select(column => column.Column)]);
        foreach (var counter in counters) table.Rows.Add(Array.ConvertAll(Columns, column => column.Value(counter)));
        return table;
    }

    /// <summary>What a counter is of, as <c>cpu.mode=user</c>; null if it is of the whole machine.</summary>
    public static string? Attributes(MeasuredCounter counter)
        => counter.Attributes.Count == 0 ? null
            : string.Join(", ", counter.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"));

    /// <summary>The value of a counter: a whole number, or one with six decimals.</summary>
    private static ReportValue Value(MeasuredCounter counter) => counter.Value switch
    {
        var value when double.IsInteger(value) && Math.Abs(value) < long.MaxValue => ReportValue.Of((long)value),
        var value when Math.Abs(value) < long.MaxValue / 1e6 => ReportValue.Fixed((long)Math.Round(value * 1e6), 6),
        var value => ReportValue.Of(value.ToString("R", CultureInfo.InvariantCulture)),
    };

    /// <summary>How long was measured, what was lost, and what it cost, as a sentence.</summary>
    public static string Summary(Measurement record)
    {
        var parts = new List<string>();
        void Add(FormattableString part) => parts.Add(part.ToString(CultureInfo.InvariantCulture));
        if (record.Duration is { } duration) Add($"{duration.TotalSeconds:0.0} s");
        if (record.Events is { } events) Add($"{events:N0} events");
        if (record.LostEvents is { } lost) Add($"{lost:N0} lost");
        if (record.Cost is { } cost)
        {
            Add($"{cost.CpuTime.TotalMilliseconds:0} ms of CPU time");
            if (cost.PeakMemory is { } peak) Add($"{Sizes.Format(peak)} of memory");
        }
        return $"{string.Join(", ", parts)}.";
    }
}
