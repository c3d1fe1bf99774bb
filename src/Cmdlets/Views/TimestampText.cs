using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>Writes the timestamps of the tables. Public because the format file uses it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TimestampText
{
    /// <summary>The seconds with microseconds, or the counts of a clock that does not count time; empty if not known.</summary>
    /// <param name="call">A call, or the copy of one that came back from a file or another process.</param>
    public static string Of(object? call)
    {
        var wrapped = call as PSObject;
        if ((wrapped?.BaseObject ?? call) is CallEvent live)
            return Of(live.Timestamp, live.Origin.Source.ClockUnit == ClockUnit.Counts);
        return wrapped?.Properties[nameof(CallEvent.Timestamp)]?.Value is double time ? Of(time, isCount: false) : "";
    }

    private static string Of(double? time, bool isCount)
        => time?.ToString(isCount ? "F0" : "F6", CultureInfo.InvariantCulture) ?? "";
}
