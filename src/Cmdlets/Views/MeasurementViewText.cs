using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>
/// The texts of the views of measurements: names, escaped, and values in the form of a table. Each method also takes the copy of
/// an object that came back from a file or another process. Public because PowerShell calls the methods.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MeasurementViewText
{
    private const int MostLines = 20;

    /// <summary>The line of a log, which a copy carries and is read from.</summary>
    public static string LogLine(PSObject item)
        => item?.BaseObject is Measurement record ? Encoding.ASCII.GetString(MeasurementJson.ToLine(record)) : "";

    /// <summary>When a run began, in local time.</summary>
    public static string Time(PSObject item)
        => item is not null && new InputProperties(item).Time(nameof(Measurement.StartTime)) is { } time
        ? TimeZoneInfo.ConvertTime(time, TimeZoneInfo.Local).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "";

    /// <summary>What a run found, in short.</summary>
    public static string Result(PSObject item) => Record(item) is { } record ? Safe(LogReports.Summary(record)) : "";

    /// <summary>The CPU time that a run cost.</summary>
    public static string CpuTime(PSObject item) => Span(Record(item)?.Cost?.CpuTime);

    /// <summary>How long a run measured.</summary>
    public static string Duration(PSObject item) => Span(Value(item, nameof(Measurement.Duration)) as TimeSpan?);

    /// <summary>When a run began.</summary>
    public static string StartTime(PSObject item) => Time(item);

    /// <summary>The status.</summary>
    public static string Status(PSObject item) => Text(item, nameof(Measurement.Status));

    /// <summary>Why a run did not happen.</summary>
    public static string Reason(PSObject item) => Text(item, nameof(Measurement.Reason));

    /// <summary>The schedule.</summary>
    public static string Schedule(PSObject item) => Text(item, nameof(Measurement.Schedule));

    /// <summary>The host.</summary>
    public static string HostName(PSObject item) => Text(item, nameof(Measurement.HostName));

    /// <summary>The machine id.</summary>
    public static string MachineId(PSObject item) => Text(item, nameof(Measurement.MachineId));

    /// <summary>The boot id.</summary>
    public static string BootId(PSObject item) => Text(item, nameof(Measurement.BootId));

    /// <summary>The kernel release.</summary>
    public static string KernelRelease(PSObject item) => Text(item, nameof(Measurement.KernelRelease));

    /// <summary>The machine.</summary>
    public static string Machine(PSObject item) => Text(item, nameof(Measurement.Machine));

    /// <summary>The version.</summary>
    public static string Version(PSObject item) => Text(item, nameof(Measurement.Version));

    /// <summary>The method.</summary>
    public static string Method(PSObject item) => Text(item, nameof(Measurement.Method));

    /// <summary>What was asked, in a line.</summary>
    public static string Request(PSObject item)
    {
        if (Record(item)?.Request is not { } request) return "";
        List<string> parts = [.. request.Preset, .. request.Kind, .. request.By.Select(by => $"by {by}")];
        if (request.Probe is { } probe) parts.Add(probe);
        parts.AddRange(request.Parameter.Select(one => $"{one.Key}={one.Value}"));
        if (request.Duration is { } span) parts.Add(Span(span));
        return Safe(string.Join(", ", parts));
    }

    /// <summary>A line for each latency.</summary>
    public static string Latencies(PSObject item) => Lines(item, nameof(Measurement.Latencies));

    /// <summary>A line for each counter.</summary>
    public static string Counters(PSObject item) => Lines(item, nameof(Measurement.Counters));

    /// <summary>A line for each result of a probe.</summary>
    public static string Results(PSObject item) => Lines(item, nameof(Measurement.Results));

    /// <summary>The warnings, one on a line.</summary>
    public static string Warnings(PSObject item) => Lines(item, nameof(Measurement.Warnings));

    /// <summary>What a run cost, in a line.</summary>
    public static string Cost(PSObject item)
    {
        if (Record(item)?.Cost is not { } cost) return "";
        var memory = cost.PeakMemory is { } peak ? $", {Sizes.Format(peak)} of memory" : "";
        return $"CPU {Span(cost.CpuTime)} in {Span(cost.WallTime)}{memory}, {Sizes.Format(cost.BytesRead)} read, "
            + $"{Sizes.Format(cost.BufferMemory)} of buffers";
    }

    /// <summary>The presets.</summary>
    public static string RequestPreset(PSObject item) => Joined(item, nameof(MeasurementRequest.Preset));

    /// <summary>The kinds.</summary>
    public static string RequestKind(PSObject item) => Joined(item, nameof(MeasurementRequest.Kind));

    /// <summary>What latencies are by.</summary>
    public static string RequestBy(PSObject item) => Joined(item, nameof(MeasurementRequest.By));

    /// <summary>The method.</summary>
    public static string RequestMethod(PSObject item) => Text(item, nameof(MeasurementRequest.Method));

    /// <summary>The probe.</summary>
    public static string RequestProbe(PSObject item) => Text(item, nameof(MeasurementRequest.Probe));

    /// <summary>The parameters of the probe.</summary>
    public static string RequestParameter(PSObject item) => Table(item, nameof(MeasurementRequest.Parameter));

    /// <summary>The name of a counter.</summary>
    public static string CounterName(PSObject item) => Text(item, nameof(MeasuredCounter.Name));

    /// <summary>What a counter is of.</summary>
    public static string CounterAttributes(PSObject item) => Table(item, nameof(MeasuredCounter.Attributes));

    /// <summary>The unit of a counter.</summary>
    public static string CounterUnit(PSObject item) => Text(item, nameof(MeasuredCounter.Unit));

    /// <summary>The measurement that an object is or is a copy of; null for another object.</summary>
    private static Measurement? Record(PSObject? item)
    {
        try
        {
            return MeasurementCopy.Of(item);
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static string Span(TimeSpan? span) => span is { } known ? DurationText.Of(DurationText.Nanoseconds(known)) : "";

    private static string Lines(PSObject? item, string name)
    {
        if (Value(item, name) is not IEnumerable several || several is string) return "";
        var lines = several.Cast<object?>().Select(one => Safe($"{one}")).ToList();
        var shown = lines.Count <= MostLines ? lines : lines.Take(MostLines).Append($"and {lines.Count - MostLines} more");
        return string.Join('\n', shown);
    }

    private static string Joined(PSObject? item, string name)
        => Value(item, name) is IEnumerable several and not string ? Safe(string.Join(", ", several.Cast<object?>())) : "";

    /// <summary>A table of texts in a line, by name: the table of a copy has no order.</summary>
    private static string Table(PSObject? item, string name)
    {
        IEnumerable<(string Key, string Value)> pairs = Value(item, name) switch
        {
            IReadOnlyDictionary<string, string> table => table.Select(one => (one.Key, one.Value)),
            IDictionary table => table.Cast<DictionaryEntry>().Select(one => ($"{one.Key}", $"{one.Value}")),
            _ => [],
        };
        return Safe(string.Join(", ",
            pairs.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}")));
    }

    private static string Text(PSObject? item, string name) => Value(item, name) is { } value ? Safe($"{value}") : "";

    private static string Safe(string? text) => text is null ? "" : TerminalText.Escape(text);

    private static object? Value(PSObject? item, string name)
    {
        var value = item?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
    }
}
