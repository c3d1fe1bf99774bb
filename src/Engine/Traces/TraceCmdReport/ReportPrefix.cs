using System.Buffers.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>
/// The part of a line before the text of its event: <c>comm-pid [cpu] flags time: name: </c>, or <c>comm-pid cpu+flags time:
/// name: </c> with option <c>-l</c>.
/// </summary>
/// <remarks>
/// <c>trace_show_data</c> in trace-cmd's <c>tracecmd/trace-read.c</c>. Versions before 3.2 print the flags with <c>-l</c> only;
/// <c>-R</c> prints them as <c>-0x1</c>, and <c>--ts-diff</c> adds <c>(+203)</c> behind the time.
/// </remarks>
internal struct ReportPrefix
{
    private const int LongestName = 100;
    private const long MaxSeconds = 9_000_000_000;

    // "d.h1.", and up to two more for migrate_disable and lock_depth.
    private const int ShortestFlags = 5, LongestFlags = 10;

    /// <summary>The PID.</summary>
    public int ProcessId;

    /// <summary>The CPU.</summary>
    public int Cpu;

    /// <summary>Nanoseconds, or a count if <see cref="IsCount"/>.</summary>
    public long Time;

    /// <summary>Whether the time is a count.</summary>
    public bool IsCount;

    /// <summary>Whether the CPU has no brackets (<c>-l</c>).</summary>
    public bool IsLatency;

    /// <summary>The execution context from the flags.</summary>
    public ExecutionContext Context;

    /// <summary>Position of the name of the event.</summary>
    public int Name;

    /// <summary>Length of the name.</summary>
    public int NameLength;

    /// <summary>Position of the text of the event, which spaces can precede.</summary>
    public int Body;

    /// <summary>Reads the part of a line from the dash between comm and PID to the name of the event.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, int dash, out ReportPrefix prefix)
    {
        prefix = default;
        if ((uint)dash >= (uint)line.Length || line[dash] != '-') return false;
        var at = dash + 1;
        if (!DecimalText.TryRead(line, ref at, out var pid) || pid > int.MaxValue || !TrySkipSpaces(line, ref at)) return false;
        prefix.ProcessId = (int)pid;
        return prefix.TryReadCpu(line, ref at) && prefix.TryReadFlags(line, ref at) && prefix.TryReadTime(line, ref at)
            && prefix.TryReadName(line, at);
    }

    private bool TryReadCpu(ReadOnlySpan<byte> line, ref int at)
    {
        IsLatency = (uint)at < (uint)line.Length && line[at] != '[';
        if (!IsLatency) at++;
        if (!DecimalText.TryRead(line, ref at, out var cpu) || cpu >= TraceLimits.MaxCpus) return false;
        Cpu = (int)cpu;
        return IsLatency || ((uint)at < (uint)line.Length && line[at++] == ']');
    }

    private bool TryReadFlags(ReadOnlySpan<byte> line, ref int at)
    {
        if (line[at..].StartsWith("-0x"u8))
        {
            if (!Utf8Parser.TryParse(line[(at + 3)..], out uint number, out var digits, 'x')) return false;
            Context = TraceFlags.Context((int)number);
            at += 3 + digits;
            return TrySkipSpaces(line, ref at);
        }
        if (!IsLatency)
        {
            // A count of twelve digits or more has no space before it.
            TrySkipSpaces(line, ref at);
            if (at >= line.Length || (uint)(line[at] - '0') <= 9) return true;
        }
        var end = line[at..].IndexOfAny((byte)' ', (byte)':');
        if (end < ShortestFlags) return false;
        var flags = line.Slice(at, end);
        Context = TraceFlags.ContextOfLetter(flags[2]);
        if (Context == ExecutionContext.Unknown) return false;
        if (line[at + end] == ' ')
        {
            at += end;
            return end <= LongestFlags && TrySkipSpaces(line, ref at);
        }
        var length = ShortestFlags;
        while (length < flags.Length && flags[length] == '.') length++;
        at += length;
        return true;
    }

    private bool TryReadTime(ReadOnlySpan<byte> line, ref int at)
    {
        if (!DecimalText.TryRead(line, ref at, out Time) || at + 1 >= line.Length) return false;
        IsCount = line[at] != '.';
        if (!IsCount)
        {
            var point = at++;
            if (!DecimalText.TryRead(line, ref at, out var fraction) || Time > MaxSeconds) return false;
            var digits = at - point - 1;
            // trace-cmd before 2.6 rounds to 1000000 microseconds without a carry.
            if (digits != 6 && digits != 9 && (digits != 7 || fraction != 1_000_000)) return false;
            Time = (Time * 1_000_000_000) + (digits == 9 ? fraction : fraction * 1000);
        }
        return at < line.Length && line[at++] == ':';
    }

    private bool TryReadName(ReadOnlySpan<byte> line, int at)
    {
        if (!TrySkipSpaces(line, ref at)) return false;
        if (line[at..].StartsWith("(+"u8))
        {
            var close = line[at..].IndexOf((byte)')');
            if (close < 0) return false;
            at += close + 1;
            if (!TrySkipSpaces(line, ref at)) return false;
        }
        var length = line[at..Math.Min(line.Length, at + LongestName + 1)].IndexOf((byte)':');
        if (length <= 0) return false;
        foreach (var letter in line.Slice(at, length))
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'_' or (byte)'-' or (byte)'.'))
                return false;
        (Name, NameLength, Body) = (at, length, at + length + 1);
        return Body == line.Length || line[Body] == ' ';
    }

    private static bool TrySkipSpaces(ReadOnlySpan<byte> line, ref int at)
    {
        var from = at;
        while ((uint)at < (uint)line.Length && line[at] == ' ') at++;
        return at > from;
    }
}
