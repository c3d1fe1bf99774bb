using System.Buffers.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The part of a line before its event.</summary>
internal struct LinePrefix
{
    /// <summary>The format the prefix was read as.</summary>
    public LinePrefixKind Kind;

    /// <summary>Position of the comm in the line.</summary>
    public Range Comm;

    /// <summary>The PID; -1 if the prefix has none.</summary>
    public int ProcessId;

    /// <summary>The thread group id, if the prefix has one.</summary>
    public int? ThreadGroupId;

    /// <summary>The CPU; -1 if the prefix has none.</summary>
    public int Cpu;

    /// <summary>The execution context from the flags.</summary>
    public ExecutionContext Context;

    /// <summary>The number of flags; 0 if the prefix has none.</summary>
    public int Flags;

    /// <summary>Nanoseconds, or a count if <see cref="IsCount"/>.</summary>
    public long Time;

    /// <summary>Whether the prefix has a time.</summary>
    public bool HasTime;

    /// <summary>Whether the time is a count.</summary>
    public bool IsCount;

    /// <summary>Position of the event in the line.</summary>
    public int Body;

    /// <summary>Reads the prefix of a line.</summary>
    /// <param name="line">The line, without its newline.</param>
    /// <param name="expected">The format of the file. Lines in latency format can be mixed with lines in the default
    /// format.</param>
    /// <param name="contextColumn">Position of the hardirq/softirq letter in the flags.</param>
    /// <param name="prefix">The prefix.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, LinePrefixKind expected, int contextColumn, out LinePrefix prefix)
    {
        prefix = new LinePrefix { ProcessId = -1, Cpu = -1 };
        return expected switch
        {
            LinePrefixKind.Latency => LatencyPrefix.TryParse(line, contextColumn, ref prefix)
                || ContextPrefix.TryParse(line, contextColumn, ref prefix),
            LinePrefixKind.Verbose => VerbosePrefix.TryParse(line, ref prefix)
                || ContextPrefix.TryParse(line, contextColumn, ref prefix),
            LinePrefixKind.Raw => TryParseNumbers(line, LinePrefixKind.Raw, ref prefix),
            LinePrefixKind.Hex => TryParseNumbers(line, LinePrefixKind.Hex, ref prefix),
            LinePrefixKind.None => TryParseNone(line, ref prefix),
            _ => ContextPrefix.TryParse(line, contextColumn, ref prefix),
        };
    }

    private static bool TryParseNumbers(ReadOnlySpan<byte> line, LinePrefixKind kind, ref LinePrefix prefix)
    {
        prefix.Kind = kind;
        var hex = kind == LinePrefixKind.Hex;
        var at = 0;
        if (!TryTake(line, ref at, out var pid, out var width) || (hex ? width != 8 : width > 7) || pid > int.MaxValue)
            return false;
        if (!TryTake(line, ref at, out var cpu, out width) || (hex ? width != 8 : width > 5) || cpu >= TraceLimits.MaxCpus)
            return false;
        if (!TryTake(line, ref at, out var time, out width) || (hex && width != 16)) return false;
        (prefix.ProcessId, prefix.Cpu, prefix.Time, prefix.HasTime, prefix.Body) = ((int)pid, (int)cpu, (long)time, true, at);
        return true;

        bool TryTake(ReadOnlySpan<byte> text, ref int from, out ulong value, out int digits)
        {
            var ok = Utf8Parser.TryParse(text[from..], out value, out digits, hex ? 'x' : 'D') && from + digits < text.Length
                && text[from + digits] == ' ';
            from += digits + 1;
            return ok;
        }
    }

    private static bool TryParseNone(ReadOnlySpan<byte> line, ref LinePrefix prefix)
    {
        prefix.Kind = LinePrefixKind.None;
        return line[0] != ' ' && line[0] != '#';
    }
}
