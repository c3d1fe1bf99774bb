using System.Globalization;

namespace KernelMagnifier.Workloads.Engines;

/// <summary>
/// The names of threads of a run: that of the group for its first task, with <c>~</c> and a number for the others. No group has
/// that
/// character in its name.
/// </summary>
internal static class RtAppNames
{
    private const int Longest = 15;

    /// <summary>The name of a task of a group.</summary>
    /// <param name="group">The name of the group.</param>
    /// <param name="instance">The number of the task, from 0.</param>
    public static string Of(string group, int instance)
    {
        if (instance == 0) return group;
        var suffix = string.Create(CultureInfo.InvariantCulture, $"~{instance + 1}");
        return group[..Math.Min(group.Length, Longest - suffix.Length)] + suffix;
    }

    /// <summary>The name of the group of a thread.</summary>
    public static string GroupOf(string comm)
    {
        var at = comm.LastIndexOf('~');
        return at > 0 && at + 1 < comm.Length && comm.AsSpan(at + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? comm[..at] : comm;
    }
}
