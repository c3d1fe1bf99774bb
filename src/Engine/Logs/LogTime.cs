using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs;

/// <summary>The times that limit a reading of logs, as text.</summary>
internal static class LogTime
{
    /// <summary>What a time can be, for messages.</summary>
    public const string Expected = "a time such as 2026-11-30T14:00, or how long ago it was, such as 7d, 12h or 30min";

    private const long NanosecondsPerHour = 3_600_000_000_000;

    /// <summary>Reads a time, which is local unless it has an offset, or a duration before now; null if it is none.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Duration(text.Trim()) is { } ago)
        {
            var ticks = ago / TimeSpan.NanosecondsPerTick;
            return ticks < now.UtcTicks ? now.AddTicks(-ticks) : DateTimeOffset.MinValue;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeLocal | DateTimeStyles.AllowWhiteSpaces, out var time) ? time : null;
    }

    /// <summary>A duration with a unit. One without would be taken for a year.</summary>
    private static long? Duration(string text)
    {
        if (text.Length < 2 || !char.IsLetter(text[^1])) return null;
        var hours = text[^1] switch { 'd' => 24, 'w' => 7 * 24, _ => 0 };
        if (hours == 0) return DurationText.TryParse(text, out var nanoseconds) ? nanoseconds : null;
        return decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number) && number <= long.MaxValue / NanosecondsPerHour / hours
            ? (long)(number * hours * NanosecondsPerHour) : null;
    }
}
