using System.Management.Automation;
using KernelMagnifier.Schedules;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Schedules;

/// <summary>Warnings about schedules.</summary>
internal static class ScheduleWarnings
{
    /// <summary>Warns about what is wrong with a schedule.</summary>
    public static void Warn(this Cmdlet cmdlet, Schedule schedule)
    {
        foreach (var problem in schedule.Problems) cmdlet.WriteWarning(TerminalText.Escape($"{schedule.Name}: {problem}"));
    }
}
