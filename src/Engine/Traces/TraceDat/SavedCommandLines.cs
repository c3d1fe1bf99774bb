using System.Buffers.Text;
using System.Globalization;
using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Task names by pid, from tracefs' <c>saved_cmdlines</c>: lines of a pid and a name, which may contain any bytes.
/// </summary>
internal sealed class SavedCommandLines
{
    // TASK_COMM_LEN less its null byte.
    private const int LongestName = 15;

    private readonly Dictionary<int, byte[]> _names = new(new NumberComparer());

    /// <summary>Finds the name of a task that is not known; null if there is no such source.</summary>
    public Func<int, byte[]?>? Find { get; init; }

    /// <summary>The number of pids with a name.</summary>
    public int Count => _names.Count;

    /// <summary>Adds the names of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="replace">Replace the name of a known pid; without it the first name is kept.</param>
    public void Add(ReadOnlySpan<byte> text, bool replace = false)
    {
        var last = -1;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (Utf8Parser.TryParse(line, out int pid, out var used) && used < line.Length && line[used] == ' ' && pid >= 0)
                last = TryAdd(pid, line[(used + 1)..].ToArray(), replace) ? pid : -1;
            else if (last >= 0 && !line.IsEmpty && _names[last].Length + 1 + line.Length <= LongestName)
                // A task may have a newline in its name.
                _names[last] = [.. _names[last], (byte)'\n', .. line];
            else
                last = -1;
        }
    }

    /// <summary>The name of a pid as far as it was added; null if it was not.</summary>
    public byte[]? Known(int pid) => _names.GetValueOrDefault(pid);

    /// <summary>Sets the name of a pid.</summary>
    public void Set(int pid, ReadOnlySpan<byte> name) => _names[pid] = name.ToArray();

    /// <summary>The name of a task, or what <c>trace-cmd report</c> shows for an unknown one.</summary>
    public ReadOnlySpan<byte> this[int pid]
    {
        get
        {
            if (pid == 0) return "<idle>"u8;
            if (_names.TryGetValue(pid, out var name)) return name;
            return Find?.Invoke(pid) ?? "<...>"u8;
        }
    }

    /// <summary>
    /// Formats all names as <c>saved_cmdlines</c>. A name is cut at a newline, which other readers take for the end of the line.
    /// </summary>
    public byte[] ToText()
    {
        var text = new MemoryStream();
        foreach (var (pid, name) in _names)
        {
            var end = Array.IndexOf(name, (byte)'\n');
            var line = name.AsSpan(0, end < 0 ? name.Length : end);
            // The kernel's placeholder for a task whose name it no longer knows.
            if (line.IsEmpty || line.SequenceEqual("<...>"u8)) continue;
            text.Write(Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)));
            text.WriteByte((byte)' ');
            text.Write(line);
            text.WriteByte((byte)'\n');
        }
        return text.ToArray();
    }

    private bool TryAdd(int pid, byte[] name, bool replace)
    {
        if (!replace) return _names.TryAdd(pid, name);
        // A placeholder does not replace a known name.
        if (name.AsSpan().SequenceEqual("<...>"u8)) return false;
        _names[pid] = name;
        return true;
    }
}
