using System.Globalization;
using KernelMagnifier.Selection;
using KernelMagnifier.Workloads.Engines;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>Finds the tasks of a workload in a re-recording, whose threads are named as <see cref="RtAppNames"/> says.</summary>
internal static class RerunNames
{
    private const int LongestComm = 15, MostDigits = 3;

    /// <summary>Whether a task is one of a group.</summary>
    /// <param name="comm">The name of the task.</param>
    /// <param name="group">The name of the group.</param>
    public static bool IsInstance(string comm, string group)
    {
        if (comm == (group.Length <= LongestComm ? group : group[..LongestComm])) return true;
        var at = comm.LastIndexOf('~');
        return at > 0 && int.TryParse(comm.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 1 && RtAppNames.Of(group, number - 1) == comm;
    }

    /// <summary>The patterns that find the tasks of a name, or of a pattern, in a re-recording.</summary>
    /// <param name="comm">The name, with wildcards.</param>
    /// <param name="workload">What was run; null if it is not known.</param>
    public static IReadOnlyList<string> Patterns(string comm, Workload? workload)
    {
        var glob = new Glob(comm);
        IEnumerable<string> groups = workload?.Tasks.Where(task => glob.IsMatch(task.Comm) || glob.IsMatch(task.Name))
            .SelectMany(task => Numbered(task.Name)) ?? [];
        return [.. groups.Prepend(comm).Distinct()];
    }

    // The names of groups have no wildcards.
    private static IEnumerable<string> Numbered(string group)
    {
        yield return group;
        var digits = "~";
        for (var i = 1; i <= MostDigits; i++)
        {
            digits += "[0-9]";
            yield return group[..Math.Min(group.Length, LongestComm - 1 - i)] + digits;
        }
    }
}
