using System.Globalization;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>
/// Collects task names during a recording. The kernel keeps the names of the tasks that were switched to last while tracing
/// (<c>saved_cmdlines</c>, 128 by default), so they are read repeatedly, and the names of all tasks that run at the start are
/// added.
/// </summary>
internal sealed class TaskNames
{
    private const int MostNames = 1_000_000;

    private readonly SavedCommandLines _names = new();

    /// <summary>The ids of a process's threads; empty when the process does not exist.</summary>
    public static List<int> TasksOf(int process)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process}/task")
                .Select(t => int.Parse(Path.GetFileName(t), CultureInfo.InvariantCulture))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Adds the names of all running tasks.</summary>
    public void AddRunning()
    {
        try
        {
            foreach (var process in Directory.EnumerateDirectories("/proc"))
            {
                var name = Path.GetFileName(process);
                if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
                foreach (var task in TasksOf(pid))
                {
                    var comm = TraceFs.ReadBytes($"/proc/{pid}/task/{task}/comm").Bytes.AsSpan().TrimEnd((byte)'\n');
                    if (!comm.IsEmpty && _names.Count < MostNames) _names.Set(task, comm);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The names read so far are kept.
        }
    }

    /// <summary>Adds the names that the kernel has now; they replace older ones.</summary>
    public void AddSaved(TraceFs top)
    {
        if (_names.Count < MostNames) _names.Add(top.TryReadBytes("saved_cmdlines") ?? [], replace: true);
    }

    /// <summary>All names in the format of <c>saved_cmdlines</c>.</summary>
    public byte[] ToText() => _names.ToText();
}
