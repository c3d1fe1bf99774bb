using System.Text.RegularExpressions;

namespace KernelMagnifier.Schedules;

/// <summary>The forms of names and times of schedules. The published schema has the same.</summary>
internal static partial class ScheduleText
{
    /// <summary>The most characters of a name, a time and a reason.</summary>
    public const int LongestName = 64, LongestCalendar = 256, LongestReason = 1024;

    /// <summary>
    /// Whether a text is the name of a schedule: letters, digits, dashes and underscores, a letter or a digit first. Such a name
    /// has no meaning to systemd, cron, a shell or a file system.
    /// </summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Whether a text has only the characters of a time in systemd.time(7).</summary>
    public static bool IsCalendar(string text) => Calendar().IsMatch(text);

    /// <summary>
    /// Whether a path is absolute and has only characters without a meaning in units, cron's tables and shells.
    /// </summary>
    public static bool IsExecutable(string text) => Executable().IsMatch(text) && Path.GetFullPath(text) == text;

    /// <summary>The form of a name.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Name();

    /// <summary>The form of a time.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9*][A-Za-z0-9 ,.:*/~_+-]{0,255}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Calendar();

    /// <summary>The form of the path of an executable.</summary>
    [GeneratedRegex(@"\A/[A-Za-z0-9/._+-]{1,4094}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Executable();
}
