using System.Buffers.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The names of tasks by pid: tracefs' <c>saved_cmdlines</c>, lines of <c>pid name</c>.</summary>
internal sealed class SavedCommandLines
{
    // TASK_COMM_LEN less its null byte.
    private const int LongestName = 15;

    private readonly Dictionary<int, byte[]> _names = [];

    /// <summary>Takes the text; a pid already known keeps its name.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var last = -1;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (Utf8Parser.TryParse(line, out int pid, out var used) && used < line.Length && line[used] == ' ' && pid >= 0)
                last = _names.TryAdd(pid, line[(used + 1)..].ToArray()) ? pid : -1;
            else if (last >= 0 && !line.IsEmpty && _names[last].Length + 1 + line.Length <= LongestName)
                // A task may have a line end in its name.
                _names[last] = [.. _names[last], (byte)'\n', .. line];
            else
                last = -1;
        }
    }

    /// <summary>A task's name, or what <c>trace-cmd report</c> shows in its place.</summary>
    public ReadOnlySpan<byte> this[int pid] => pid == 0 ? "<idle>"u8 : _names.TryGetValue(pid, out var name) ? name : "<...>"u8;
}
