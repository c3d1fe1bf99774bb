using System.Globalization;
using System.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// Names of tasks, which may hold any bytes: they are carried as Latin-1. The kernel remembers those of the last few that were switched to while tracing (<c>saved_cmdlines</c>, 128 unless
/// somebody changed that for everybody); asked often enough, and with the tasks that live anyway, most are had.
/// </summary>
internal sealed class CommandLines
{
    private const int Most = 1_000_000;

    private readonly Dictionary<int, string> _names = [];

    /// <summary>Takes the names of all tasks alive.</summary>
    public void AddLiving()
    {
        try
        {
            foreach (var process in Directory.EnumerateDirectories("/proc"))
            {
                if (!int.TryParse(Path.GetFileName(process.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
                foreach (var task in Tasks(pid)) Add(task, TraceFs.ReadBytes($"/proc/{pid}/task/{task}/comm").Bytes);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A task that ends while it is looked at has no name left to tell.
        }
    }

    /// <summary>The threads of a process; none when it is gone.</summary>
    public static List<int> Tasks(int process)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process}/task").Select(t => int.Parse(Path.GetFileName(t), CultureInfo.InvariantCulture))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Takes what the kernel remembers now, which is newer than what is known.</summary>
    public void AddSaved(TraceFs top)
    {
        foreach (var line in Encoding.Latin1.GetString(top.TryReadBytes("saved_cmdlines") ?? []).Split('\n'))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && int.TryParse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && line[(space + 1)..] is { Length: > 0 } name && name != "<...>" && _names.Count < Most)
                _names[pid] = name;
        }
    }

    /// <summary>All names, as <c>saved_cmdlines</c> has them: a line of pid and name each.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        foreach (var (pid, name) in _names) text.Append(CultureInfo.InvariantCulture, $"{pid} ").Append(name).Append('\n');
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private void Add(int pid, ReadOnlySpan<byte> comm)
    {
        comm = comm.TrimEnd((byte)'\n');
        // A newline in a name would start a line of its own.
        if (!comm.IsEmpty && !comm.Contains((byte)'\n') && _names.Count < Most) _names[pid] = Encoding.Latin1.GetString(comm);
    }
}
