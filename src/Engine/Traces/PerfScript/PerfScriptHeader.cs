using System.Buffers.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>Reads the first line of a sample.</summary>
/// <remarks>
/// <c>perf_sample__fprintf_start</c> in <c>tools/perf/builtin-script.c</c>. A comm can contain any byte, also text like the
/// fields that follow it, but it is at most fifteen bytes long. Android's simpleperf (<c>report_sample.py</c>) ends it with a
/// tab; there it can be longer.
/// </remarks>
internal readonly struct PerfScriptHeader(PerfScriptFields fields)
{
    // A comm, the spaces before it, and the start of the PID.
    private const int LongestStart = 40;

    // The name of a thread, before a tab.
    private const int LongestTabbedComm = 256;

    private const int MaxMiscLetters = 6;
    private const long MaxSeconds = 4_000_000_000;

    /// <summary>The start of the names of perf's own records.</summary>
    private static ReadOnlySpan<byte> Record => "PERF_RECORD_"u8;

    /// <summary>The numbers of the line.</summary>
    public struct Parts
    {
        /// <summary>The thread; -1 if not known.</summary>
        public int Pid;

        /// <summary>The process; null if not known.</summary>
        public int? GroupId;

        /// <summary>The CPU; -1 if the line has none.</summary>
        public int Cpu;

        /// <summary>Nanoseconds; 0 if not known.</summary>
        public long Time;
    }

    /// <summary>Reads a line; false if it is not the first line of a sample with these fields.</summary>
    /// <param name="line">The line.</param>
    /// <param name="parts">Its numbers.</param>
    /// <param name="comm">The comm.</param>
    /// <param name="name">Name of the event; empty if the line has none.</param>
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
        // With a CPU or a time the last match is right, because a comm is too short for a second group of fields. Without both
        // the first match is right, because the period of the event can follow, which looks like a PID.
        var takesLast = fields.HasFlag(PerfScriptFields.Cpu) || fields.HasFlag(PerfScriptFields.Time);
        var found = false;
        for (var start = 0; start < Math.Min(line.Length, LongestStart); start++)
        {
            if (line[start] == ' ' || (start > 0 && line[start - 1] != ' ')) continue;
            var before = line[..start].Trim((byte)' ');
            if (fields.HasFlag(PerfScriptFields.Comm) ? before.Length > TraceLimits.LongestComm : !before.IsEmpty) break;
            if (!TryReadNumbers(line[start..], out var numbers, out var rest)) continue;
            (parts, found) = (numbers, true);
            comm = before;
            name = rest;
            if (!takesLast) break;
        }
        return found || TryReadTabbed(line, ref parts, ref comm, ref name);
    }

    private bool TryReadTabbed(ReadOnlySpan<byte> line, ref Parts parts, ref ReadOnlySpan<byte> comm, ref ReadOnlySpan<byte> name)
    {
        if (!fields.HasFlag(PerfScriptFields.Comm) || line.IsEmpty || line[0] == '\t') return false;
        var tab = line[..Math.Min(line.Length, LongestTabbedComm)].IndexOf((byte)'\t');
        if (tab < 0 || !TryReadNumbers(line[(tab + 1)..].TrimStart(" \t"u8), out var numbers, out var rest)) return false;
        parts = numbers;
        comm = line[..tab].Trim((byte)' ');
        name = rest;
        return true;
    }

    private bool TryReadNumbers(ReadOnlySpan<byte> text, out Parts parts, out ReadOnlySpan<byte> name)
    {
        name = default;
        parts = new Parts { Pid = -1, Cpu = -1 };
        if (fields.HasFlag(PerfScriptFields.Pid) && !TryReadPid(ref text, ref parts)) return false;
        // perf prints the fields per type of event. If it recorded single tasks (without -a), only tracepoints have a CPU.
        var needsCpu = fields.HasFlag(PerfScriptFields.Cpu) && !fields.HasFlag(PerfScriptFields.Time);
        var mayHaveCpu = fields.HasFlag(PerfScriptFields.Cpu) && text is [(byte)'[', ..];
        if ((needsCpu || mayHaveCpu) && !TryReadCpu(ref text, ref parts)) return false;
        if (fields.HasFlag(PerfScriptFields.Time) && !TryReadTime(ref text, ref parts)) return false;
        name = Event(text);
        return fields.HasFlag(PerfScriptFields.Time) || fields.HasFlag(PerfScriptFields.Cpu) || !name.IsEmpty;
    }

    private static bool TryReadPid(ref ReadOnlySpan<byte> text, ref Parts parts)
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
        return TrySkipSpaces(ref text);
    }

    private static bool TryReadCpu(ref ReadOnlySpan<byte> text, ref Parts parts)
    {
        if (text.Length < 3 || text[0] != '[' || !Utf8Parser.TryParse(text[1..], out int cpu, out var used)
            || cpu is < -1 or >= TraceLimits.MaxCpus) return false;
        text = text[(used + 1)..];
        if (text.IsEmpty || text[0] != ']') return false;
        text = text[1..];
        parts.Cpu = cpu;
        return TrySkipSpaces(ref text);
    }

    /// <summary>Reads the time, and before it the letters of <c>-F misc</c>, such as K, U or H.</summary>
    private static bool TryReadTime(ref ReadOnlySpan<byte> text, ref Parts parts)
    {
        var letters = 0;
        while (letters < Math.Min(text.Length, MaxMiscLetters) && char.IsAsciiLetter((char)text[letters])) letters++;
        if (letters > 0)
        {
            text = text[letters..];
            if (!TrySkipSpaces(ref text)) return false;
        }
        if (!Utf8Parser.TryParse(text, out long seconds, out var used) || seconds is < 0 or > MaxSeconds || used >= text.Length
            || text[used] != '.') return false;
        text = text[(used + 1)..];
        if (!Utf8Parser.TryParse(text, out long fraction, out used) || text[0] is (byte)'-' or (byte)'+' || used is not (6 or 9)
            || used >= text.Length || text[used] != ':') return false;
        text = text[(used + 1)..];
        parts.Time = (seconds * 1_000_000_000) + (used == 6 ? fraction * 1000 : fraction);
        return text.IsEmpty || TrySkipSpaces(ref text);
    }

    /// <summary>The name of the event after its period; each of them can be missing.</summary>
    private static ReadOnlySpan<byte> Event(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        if (Utf8Parser.TryParse(text, out long _, out var used) && used < text.Length && text[used] is (byte)' ' or (byte)'\t')
            text = text[used..].TrimStart(" \t"u8);
        // The names of perf's own records (--show-task-events and others) have no colon.
        if (text.StartsWith(Record)) return text[..RecordNameLength(text)];
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        return word.Length > 1 && word[^1] == ':' ? word[..^1] : default;
    }

    private static int RecordNameLength(ReadOnlySpan<byte> text)
    {
        var length = Record.Length;
        while (length < text.Length && (char.IsAsciiLetterOrDigit((char)text[length]) || text[length] == '_')) length++;
        return length;
    }

    private static bool TrySkipSpaces(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return true;
        if (text[0] is not ((byte)' ' or (byte)'\t')) return false;
        text = text.TrimStart(" \t"u8);
        return true;
    }
}
