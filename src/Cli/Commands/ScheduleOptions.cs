using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cli.Commands;

/// <summary>What the commands of schedules share.</summary>
internal static class ScheduleOptions
{
    /// <summary>JSON.</summary>
    public static readonly CliOption Json = new("json", "Write JSON");

    /// <summary>The schedules of this machine.</summary>
    public static ScheduleRegistry Registry => new(new SchedulePlace());

    /// <summary>The one name of a command line.</summary>
    public static string NameOf(Arguments arguments)
        => arguments.Operands is [var name] ? name : throw CliException.Usage("name one schedule.");
}
