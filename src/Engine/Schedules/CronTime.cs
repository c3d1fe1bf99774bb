using System.Globalization;

namespace KernelMagnifier.Schedules;

/// <summary>
/// A time of systemd.time(7) as the five fields of crontab(5), where cron can express it: whole minutes of the local time, any
/// year, and either days of the month or days of the week.
/// </summary>
/// <param name="Minute">The minutes.</param>
/// <param name="Hour">The hours.</param>
/// <param name="Day">The days of the month.</param>
/// <param name="Month">The months.</param>
/// <param name="Weekday">The days of the week, 0 is Sunday.</param>
internal sealed record CronTime(CronField Minute, CronField Hour, CronField Day, CronField Month, CronField Weekday)
{
    private const int MostDays = 8 * 366 + 1; // A 29 February is at most 8 years away.

    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["minutely"] = "*-*-* *:*", ["hourly"] = "*-*-* *:00", ["daily"] = "*-*-* 00:00", ["weekly"] = "Mon *-*-* 00:00",
        ["monthly"] = "*-*-01 00:00", ["quarterly"] = "*-01,04,07,10-01 00:00", ["semiannually"] = "*-01,07-01 00:00",
        ["yearly"] = "*-01-01 00:00", ["annually"] = "*-01-01 00:00",
    };

    /// <summary>Translates a time.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>: it is none, or cron cannot express
    /// it.</exception>
    public static CronTime Of(string calendar)
    {
        var words = Names.GetValueOrDefault(calendar, calendar).Split(' ', StringSplitOptions.RemoveEmptyEntries).AsSpan();
        var weekday = words is [var first, ..] && char.IsAsciiLetter(first[0])
            ? WeekdaysOf(calendar, first) : CronField.All(0, 6);
        if (weekday.Text != "*") words = words[1..];
        var (month, day) = (CronField.All(1, 12), CronField.All(1, 31));
        if (words is [var date, ..] && !date.Contains(':', StringComparison.Ordinal))
        {
            (month, day) = DateOf(calendar, date);
            words = words[1..];
        }
        var (hour, minute) = words switch
        {
            [] => (Number(calendar, "0", 0, 23), Number(calendar, "0", 0, 59)),
            [var time] => TimeOf(calendar, time),
            _ => throw Bad(calendar, "it has a time zone, or more than days, a date and a time."),
        };
        if (weekday.Text != "*" && day.Text != "*")
            throw Bad(calendar, "it has days of the week and days of the month, of which cron takes either, not both.");
        return new CronTime(minute, hour, day, month, weekday);
    }

    /// <summary>The five fields.</summary>
    public override string ToString() => $"{Minute.Text} {Hour.Text} {Day.Text} {Month.Text} {Weekday.Text}";

    /// <summary>The next time after a time; null if there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var from = after.LocalDateTime;
        for (var i = 0; i < MostDays; i++)
        {
            var date = from.Date.AddDays(i);
            if (!Month.Has(date.Month) || !Day.Has(date.Day) || !Weekday.Has((int)date.DayOfWeek)) continue;
            for (var minute = 0; minute < 24 * 60; minute++)
                if (Hour.Has(minute / 60) && Minute.Has(minute % 60) && date.AddMinutes(minute) is var at && at > from)
                    return new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Local));
        }
        return null;
    }

    private static (CronField Month, CronField Day) DateOf(string calendar, string text)
    {
        var parts = text.Split('-');
        if (parts is ["*", .. var rest]) parts = rest;
        else if (parts.Length > 2) throw Bad(calendar, "it has a year, which cron has not.");
        return parts is [var month, var day] ? (Number(calendar, month, 1, 12), Number(calendar, day, 1, 31))
            : throw Bad(calendar, "a date is expected, such as *-*-01.");
    }

    private static (CronField Hour, CronField Minute) TimeOf(string calendar, string text) => text.Split(':') switch
    {
        [var hour, var minute] => (Number(calendar, hour, 0, 23), Number(calendar, minute, 0, 59)),
        [var hour, var minute, "0" or "00"] => (Number(calendar, hour, 0, 23), Number(calendar, minute, 0, 59)),
        _ => throw Bad(calendar, "cron has whole minutes only."),
    };

    private static CronField WeekdaysOf(string calendar, string text)
    {
        SortedSet<int> days = [];
        foreach (var part in text.TrimEnd(',').Split(','))
        {
            var ends = part.Split("..");
            var (from, to) = (WeekdayOf(calendar, ends[0]), WeekdayOf(calendar, ends[^1]));
            if (ends.Length > 2) throw Bad(calendar, $"'{part}' is no range of days.");
            for (var day = from; ; day = (day + 1) % 7)
            {
                days.Add(day);
                if (day == to) break;
            }
        }
        return days.Count == 7 ? throw Bad(calendar, "it names all days of the week. Omit them.")
            : new CronField(string.Join(',', days), days);
    }

    private static int WeekdayOf(string calendar, string text)
    {
        var name = text.ToLowerInvariant();
        var day = Array.FindIndex(Weekdays, one => name == one || Enum.GetName((DayOfWeek)Array.IndexOf(Weekdays, one))!
            .Equals(name, StringComparison.OrdinalIgnoreCase));
        return day >= 0 ? day : throw Bad(calendar, $"'{text}' is no day of the week.");
    }

    /// <summary>A field of numbers: <c>*</c>, <c>1,3</c>, <c>1..5</c>, and with a step <c>0/15</c>, <c>*/15</c>.</summary>
    private static CronField Number(string calendar, string text, int least, int most)
    {
        if (text == "*") return CronField.All(least, most);
        SortedSet<int> values = [];
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var plain] => (plain, 0),
                [var from, var every] => (from, Value(calendar, every, 1, most)),
                _ => throw Bad(calendar, $"'{part}' is no number of a time."),
            };
            var ends = range == "*" ? [Digits(least), Digits(most)] : range.Split("..");
            var first = Value(calendar, ends[0], least, most);
            var last = ends.Length == 2 ? Value(calendar, ends[1], least, most) : step > 0 ? most : first;
            if (ends.Length > 2 || last < first) throw Bad(calendar, $"'{part}' is no number of a time.");
            for (var value = first; value <= last; value += Math.Max(step, 1)) values.Add(value);
        }
        return new CronField(values.Count == most - least + 1 ? "*" : string.Join(',', values), values);
    }

    private static int Value(string calendar, string text, int least, int most)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value : throw Bad(calendar, $"'{text}' is not from {Digits(least)} to {Digits(most)}.");

    private static string Digits(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static KernelMagnifierException Bad(string calendar, string cause)
        => new(ErrorCode.BadRequest, calendar, $"this machine has no systemd, and cron cannot run at this time: {cause}",
            "Give a time such as hourly, daily, *:0/15 or Mon *-*-* 03:00.");
}
