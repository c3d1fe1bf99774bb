using System.Buffers.Text;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>Reads the first line of a sample.</summary>
/// <remarks>
/// <c>perf_sample__fprintf_start</c> in <c>tools/perf/builtin-script.c</c>. A comm may hold anything, what looks like
/// the fields after it too; but it is no longer than fifteen bytes.
/// </remarks>
internal readonly struct PerfScriptHeader(PerfScriptFields fields)
{
    /// <summary>What the names of perf's own records begin with.</summary>
    public static ReadOnlySpan<byte> Record => "PERF_RECORD_"u8;

    /// <summary><c>TASK_COMM_LEN</c> less its end.</summary>
    public const int LongestComm = 15;
    private const int MostCpus = 65_536;

    /// <summary>What a line says.</summary>
    public struct Parts
    {
        public int Pid;
        public int? GroupId;
        public int Cpu;
        public long Time;
    }

    /// <summary>Reads a line; false when it is no first line of a sample with these fields.</summary>
    /// <param name="line">The line.</param>
    /// <param name="parts">Its numbers.</param>
    /// <param name="comm">The task's name.</param>
    /// <param name="name">The event's name; empty where the line has none.</param>
    public bool TryRead(ReadOnlySpan<byte> line, out Parts parts, out ReadOnlySpan<byte> comm, out ReadOnlySpan<byte> name)
    {
        parts = new Parts { Pid = -1, Cpu = -1 };
        comm = default;
        name = default;
        if (fields == PerfScriptFields.None)
        {
            if (line.IsEmpty || line[0] is (byte)' ' or (byte)'\t') return false;
            name = Event(line);
            return !name.IsEmpty;
        }
        // Where CPU or time follow, the last place that fits is the right one: a comm has no room for a second such group.
        // Without them the first is, for a period may follow that looks like a pid.
        var last = fields.HasFlag(PerfScriptFields.Cpu) || fields.HasFlag(PerfScriptFields.Time);
        var found = false;
        for (var start = 0; start < Math.Min(line.Length, 40); start++)
        {
            if (line[start] == ' ' || (start > 0 && line[start - 1] != ' ')) continue;
            var before = line[..start].Trim((byte)' ');
            if (fields.HasFlag(PerfScriptFields.Comm) ? before.Length > LongestComm : !before.IsEmpty) break;
            if (!Group(line[start..], out var group, out var rest)) continue;
            (parts, found) = (group, true);
            comm = before;
            name = rest;
            if (!last) break;
        }
        return found;
    }

    private bool Group(ReadOnlySpan<byte> text, out Parts parts, out ReadOnlySpan<byte> name)
    {
        name = default;
        parts = new Parts { Pid = -1, Cpu = -1 };
        if (fields.HasFlag(PerfScriptFields.Pid) && !Pid(ref text, ref parts)) return false;
        if (fields.HasFlag(PerfScriptFields.Cpu) && !Cpu(ref text, ref parts)) return false;
        if (fields.HasFlag(PerfScriptFields.Time) && !TimeAfterFlags(ref text, ref parts)) return false;
        name = Event(text);
        return fields.HasFlag(PerfScriptFields.Time) || fields.HasFlag(PerfScriptFields.Cpu) || !name.IsEmpty;
    }

    private static bool Pid(ref ReadOnlySpan<byte> text, ref Parts parts)
    {
        if (!Utf8Parser.TryParse(text, out int pid, out var used)) return false;
        text = text[used..];
        parts.Pid = pid;
        if (text.Length > 1 && text[0] == '/')
        {
            if (!Utf8Parser.TryParse(text[1..], out int tid, out used)) return false;
            text = text[(used + 1)..];
            (parts.GroupId, parts.Pid) = (pid, tid);
        }
        return Gap(ref text);
    }

    private static bool Cpu(ref ReadOnlySpan<byte> text, ref Parts parts)
    {
        if (text.Length < 3 || text[0] != '[' || !Utf8Parser.TryParse(text[1..], out int cpu, out var used) || cpu is < -1 or >= MostCpus) return false;
        text = text[(used + 1)..];
        if (text.IsEmpty || text[0] != ']') return false;
        text = text[1..];
        parts.Cpu = cpu;
        return Gap(ref text);
    }

    private static bool TimeAfterFlags(ref ReadOnlySpan<byte> text, ref Parts parts)
    {
        // -F misc: a few letters such as K, U or H.
        var letters = 0;
        while (letters < Math.Min(text.Length, 6) && char.IsAsciiLetter((char)text[letters])) letters++;
        if (letters > 0)
        {
            text = text[letters..];
            if (!Gap(ref text)) return false;
        }
        if (!Utf8Parser.TryParse(text, out long seconds, out var used) || seconds is < 0 or > 4_000_000_000 || used >= text.Length || text[used] != '.') return false;
        text = text[(used + 1)..];
        if (!Utf8Parser.TryParse(text, out long fraction, out used) || text[0] is (byte)'-' or (byte)'+' || used is not (6 or 9) || used >= text.Length || text[used] != ':') return false;
        text = text[(used + 1)..];
        parts.Time = (seconds * 1_000_000_000) + (used == 6 ? fraction * 1000 : fraction);
        return text.IsEmpty || Gap(ref text);
    }

    /// <summary>The event's name after the period; both may be missing.</summary>
    private static ReadOnlySpan<byte> Event(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)' ');
        if (Utf8Parser.TryParse(text, out long _, out var used) && used < text.Length && text[used] == ' ') text = text[used..].TrimStart((byte)' ');
        // perf's own records (--show-task-events and the like) have no colon after their names.
        if (text.StartsWith(Record)) return text[..LettersOf(text)];
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        return word.Length > 1 && word[^1] == ':' ? word[..^1] : default;
    }

    private static int LettersOf(ReadOnlySpan<byte> text)
    {
        var letters = Record.Length;
        while (letters < text.Length && (char.IsAsciiLetterOrDigit((char)text[letters]) || text[letters] == '_')) letters++;
        return letters;
    }

    private static bool Gap(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return true;
        if (text[0] != ' ') return false;
        text = text.TrimStart((byte)' ');
        return true;
    }
}
