using System.ComponentModel;
using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>Writes the timestamps of the tables. Public because the format file uses it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TimestampText
{
    /// <summary>The seconds with microseconds, or the counts of a clock that does not count time; empty if not known.</summary>
    public static string Of(CallEvent call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var format = call.Origin.Source.ClockUnit == ClockUnit.Counts ? "F0" : "F6";
        return call.Timestamp?.ToString(format, CultureInfo.InvariantCulture) ?? "";
    }
}
