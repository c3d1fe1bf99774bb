using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The filters of records of logs as options.</summary>
internal static class LogOptions
{
    private const string Section = "Filters (names can contain * ? [a-z])";

    private static readonly CliOption Since = One("since", "TIME", "Records from this time on: 2026-11-30T14:00, or 7d for seven days ago");
    private static readonly CliOption Until = One("until", "TIME", "Records before this time");
    private static readonly CliOption Day = List("day", "DAY", "Records of these days: Mon, today, yesterday, 2026-11-30");
    private static readonly CliOption Schedule = List("schedule", "NAME", "Records of these schedules");
    private static readonly CliOption HostName = List("host", "NAME", "Records of these hosts");

    private static readonly CliOption Status = new("status", "Records with these statuses")
    {
        Value = "STATUS", IsList = true, Section = Section, Choices = [.. MeasurementJson.Statuses],
    };

    /// <summary>All filters.</summary>
    public static readonly IReadOnlyList<CliOption> All = [Since, Until, Day, Schedule, HostName, Status];

    /// <summary>Returns the filter of a command line.</summary>
    public static LogFilter Read(Arguments arguments, DateTimeOffset now)
    {
        foreach (var option in All)
            if (option.IsList && arguments.Has(option) && arguments.List(option).Count == 0)
                throw CliException.Usage($"{option} was given an empty list. Give it a value, or omit it.");
        var filter = new LogFilter
        {
            Since = Time(arguments, Since, now), Until = Time(arguments, Until, now), Schedules = arguments.List(Schedule),
            Hosts = arguments.List(HostName), Statuses = arguments.List(Status),
            Days = [.. arguments.List(Day).Select(text => LogDay.Parse(text, now)
                ?? throw CliException.Usage($"{Day} takes {LogDay.Expected}, not '{text}'."))],
        };
        return filter.Since >= filter.Until
            ? throw CliException.Usage($"{Since} is not before {Until}, so that no record can pass.") : filter;
    }

    private static DateTimeOffset? Time(Arguments arguments, CliOption option, DateTimeOffset now)
        => arguments.Text(option) is not { } text ? null
            : LogTime.Parse(text, now) ?? throw CliException.Usage($"{option} takes {LogTime.Expected}, not '{text}'.");

    private static CliOption List(string name, string value, string help)
        => new(name, help) { Value = value, IsList = true, Section = Section };

    private static CliOption One(string name, string value, string help) => new(name, help) { Value = value, Section = Section };
}
