using System.Globalization;
using System.Text;

namespace KernelMagnifier.Workloads.Building;

/// <summary>
/// The names of groups. A run of the workload gives them to its threads, and their files, so they are short, unique, and made of
/// letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>:</c>.
/// </summary>
internal static class GroupNames
{
    // TASK_COMM_LEN without the null byte; of several tasks, with room for ~ and two digits of an instance.
    private const int Longest = 15, LongestOfMany = 12;

    /// <summary>A name without the number at its end: worker-12 is a worker.</summary>
    public static string Stem(string comm)
    {
        var stem = comm.AsSpan().TrimEnd("0123456789");
        if (stem.Length > 0 && stem.Length < comm.Length
            && stem[^1] is '-' or '_' or '/' or ':' or '.' or '#' or ' ') stem = stem[..^1];
        return stem.Length == 0 ? comm : stem.ToString();
    }

    /// <summary>Gives each group its name.</summary>
    public static void Give(IReadOnlyList<TaskGroup> groups)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var comm = group.Members.Count > 1
                && group.Members.Exists(one => one.History.Comm != group.Comm) ? Stem(group.Comm) : group.Comm;
            var most = group.Members.Count > 1 ? LongestOfMany : Longest;
            var name = Safe(comm, most);
            for (var number = 2; !taken.Add(name); number++)
            {
                var suffix = string.Create(CultureInfo.InvariantCulture, $".{number}");
                name = Safe(comm, most - suffix.Length) + suffix;
            }
            group.Name = name;
        }
    }

    private static string Safe(string comm, int most)
    {
        var name = new StringBuilder();
        foreach (var character in comm)
            if (name.Length < most)
                name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':' ? character : '_');
        return name.Length == 0 ? "task" : name.ToString();
    }
}
