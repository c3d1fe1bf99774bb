using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Measuring;
using KernelMagnifier.Schedules;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of schedules, of live objects and of copies.</summary>
public static class ScheduleViewText
{
    /// <summary>The name.</summary>
    public static string Name(PSObject item) => Text(item, nameof(Schedule.Name));

    /// <summary>The state.</summary>
    public static string State(PSObject item) => Text(item, nameof(Schedule.State));

    /// <summary>Why it is suspended.</summary>
    public static string Reason(PSObject item) => Text(item, nameof(Schedule.Reason));

    /// <summary>The start of the suspension.</summary>
    public static string SuspendedSince(PSObject item) => Time(item, nameof(Schedule.SuspendedSince));

    /// <summary>When it runs.</summary>
    public static string OnCalendar(PSObject item) => Text(item, nameof(Schedule.OnCalendar));

    /// <summary>What it measures.</summary>
    public static string What(PSObject item)
    {
        var request = Value(item, nameof(Schedule.Request));
        var wrapped = request is null ? null : PSObject.AsPSObject(request);
        if (Value(wrapped, nameof(MeasurementRequest.Probe)) is { } probe) return TerminalText.Escape($"probe {probe}");
        return string.Join(", ",
            Texts(wrapped, nameof(MeasurementRequest.Preset)).Concat(Texts(wrapped, nameof(MeasurementRequest.Kind))));
    }

    /// <summary>A line for each place of the records.</summary>
    public static string LogTo(PSObject item) => string.Join('\n', Texts(item, nameof(Schedule.LogTo)));

    /// <summary>The scheduler.</summary>
    public static string Scheduler(PSObject item) => Text(item, nameof(Schedule.Scheduler));

    /// <summary>The next run.</summary>
    public static string NextRun(PSObject item) => Time(item, nameof(Schedule.NextRun));

    /// <summary>The last run.</summary>
    public static string LastRun(PSObject item) => Time(item, nameof(Schedule.LastRun));

    /// <summary>The status of the last run.</summary>
    public static string LastStatus(PSObject item) => Text(item, nameof(Schedule.LastStatus));

    /// <summary>A line for each file.</summary>
    public static string Files(PSObject item) => string.Join('\n', Texts(item, nameof(Schedule.Files)));

    /// <summary>A line for each problem.</summary>
    public static string Problems(PSObject item) => string.Join('\n', Texts(item, nameof(Schedule.Problems)));

    private static string Time(PSObject item, string name)
        => item is not null && new InputProperties(item).Time(name) is { } time ? ScheduleReports.Time(time)! : "";

    private static IEnumerable<string> Texts(PSObject? item, string name)
        => Value(item, name) is IEnumerable several and not string
            ? several.Cast<object?>().Select(line => TerminalText.Escape($"{line}")) : [];

    private static string Text(PSObject item, string name)
        => TerminalText.Escape(Convert.ToString(Value(item, name), CultureInfo.InvariantCulture) ?? "");

    private static object? Value(PSObject? item, string name)
    {
        var value = item?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
    }
}
