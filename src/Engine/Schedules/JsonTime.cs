using System.Globalization;

namespace KernelMagnifier.Schedules;

/// <summary>Times in the files of schedules: UTC, to the second.</summary>
internal static class JsonTime
{
    /// <summary>The text of a time.</summary>
    public static string Of(DateTimeOffset time)
        => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
