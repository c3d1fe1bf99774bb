using System.Globalization;

namespace KernelMagnifier.Logs;

/// <summary>A day of the week (<c>Mon</c>) or a date (<c>2026-11-30</c>), in local time.</summary>
/// <param name="Weekday">The day of the week; null for a date.</param>
/// <param name="Date">The date; null for a day of the week.</param>
internal readonly record struct LogDay(DayOfWeek? Weekday, DateOnly? Date)
{
    /// <summary>What a day can be, for messages.</summary>
    public const string Expected = "a day such as Mon, Monday, today, yesterday or 2026-11-30";

    private const int ShortestName = 3;

    /// <summary>Reads <c>Mon</c>, <c>Monday</c>, <c>today</c>, <c>yesterday</c> or a date; null if it is none.</summary>
    public static LogDay? Parse(string text, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        var today = DateOf(now);
        if (text.Equals("today", StringComparison.OrdinalIgnoreCase)) return new LogDay(null, today);
        if (text.Equals("yesterday", StringComparison.OrdinalIgnoreCase)) return new LogDay(null, today.AddDays(-1));
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new LogDay(null, date);
        if (text.Length < ShortestName) return null;
        foreach (var day in Enum.GetValues<DayOfWeek>())
            if (day.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase))
                return new LogDay(day, null);
        return null;
    }

    /// <summary>Whether a time is on the day.</summary>
    public bool Has(DateTimeOffset time)
    {
        var date = DateOf(time);
        return Date is { } one ? date == one : date.DayOfWeek == Weekday;
    }

    private static DateOnly DateOf(DateTimeOffset time)
        => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, TimeZoneInfo.Local).DateTime);
}
