using System.Globalization;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Writes nanoseconds of Unix time as local dates, and finds round ones for an axis.</summary>
internal static class WallTime
{
    private const int MostTicks = 9;

    private const string Day = "ddd d MMM", Minute = "HH:mm", Second = "HH:mm:ss";

    // The distances of ticks: parts of a minute, of an hour and of a day, then days.
    private static readonly (TimeSpan Step, string Format)[] Steps =
    [
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(seconds => (TimeSpan.FromSeconds(seconds), Second)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(minutes => (TimeSpan.FromMinutes(minutes), Minute)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(hours => (TimeSpan.FromHours(hours), Minute)),
        .. new[] { 1, 2, 7, 14, 28 }.Select(days => (TimeSpan.FromDays(days), Day)),
    ];

    /// <summary>The text of a time.</summary>
    public static string Text(long time) => Local(time).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The title of an axis, with the zone of its times.</summary>
    public static string Title(long start)
    {
        var offset = Local(start).Offset;
        return offset == TimeSpan.Zero ? "time (UTC)"
            : $"time (UTC{(offset < TimeSpan.Zero ? "-" : "+")}{offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture)})";
    }

    /// <summary>Round times and their texts. One at the start of a day is a date.</summary>
    /// <param name="start">The time at which the axis begins.</param>
    /// <param name="span">Its length in nanoseconds.</param>
    /// <returns>The times since the start in nanoseconds.</returns>
    public static IEnumerable<(double Time, string Text)> Ticks(long start, double span)
    {
        var (step, format) = Steps.FirstOrDefault(one => span / Nanoseconds(one.Step) <= MostTicks, Steps[^1]);
        var first = Local(start);
        // Steps are counted from a midnight, so that hours stay round where a zone has another offset.
        var midnight = first.Date;
        var most = Math.Max(MostTicks, (int)(span / Nanoseconds(step)) + 2) + (int)(first.TimeOfDay / step) + 1;
        for (var i = 0; i <= most; i++)
        {
            var local = midnight + (step * i);
            var time = Unix(local) - (double)start;
            if (time < 0) continue;
            if (time > span) break;
            yield return (time, local.ToString(local.TimeOfDay == TimeSpan.Zero ? Day : format, CultureInfo.InvariantCulture));
        }
    }

    private static double Nanoseconds(TimeSpan span) => span.TotalSeconds * 1e9;

    private static DateTimeOffset Local(long time)
        => TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks(time / TimeSpan.NanosecondsPerTick), TimeZoneInfo.Local);

    private static double Unix(DateTime local)
        => (new DateTimeOffset(local, TimeZoneInfo.Local.GetUtcOffset(local)) - DateTimeOffset.UnixEpoch).TotalSeconds * 1e9;
}
