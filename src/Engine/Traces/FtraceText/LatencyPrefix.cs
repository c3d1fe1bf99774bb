using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Reads prefixes of kind <see cref="LinePrefixKind.Latency"/>: <c>"%8.8s-%-7d %3d" flags " %4lluus%c: "</c>.</summary>
/// <remarks><c>trace_print_lat_context</c> in <c>kernel/trace/trace_output.c</c>. The character after <c>us</c> marks a long
/// delay.</remarks>
internal static class LatencyPrefix
{
    /// <summary>Reads the prefix of a line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, int contextColumn, ref LinePrefix prefix)
    {
        prefix.Kind = LinePrefixKind.Latency;
        // The kernel cuts the comm to eight bytes, so the dash has a fixed position; it is further left only if the line was
        // trimmed.
        var dash = line.Length > 8 && line[8] == '-' ? 8 : line[..Math.Min(line.Length, 9)].LastIndexOf((byte)'-');
        if (dash < 0) return false;
        var at = dash + 1;
        if (!DecimalText.TryRead(line, ref at, out var pid)) return false;
        if (at >= line.Length || line[at] != ' ') return false;
        while (at < line.Length && line[at] == ' ') at++;
        if (!DecimalText.TryRead(line, ref at, out var cpu) || cpu >= TraceLimits.MaxCpus) return false;
        var flags = at;
        while (at < line.Length && line[at] != ' ') at++;
        prefix.Flags = at - flags;
        // Without flags (option noirq-info) the number before them could be anything, so flags are required.
        if (at - flags is < 3 or > 12 || flags + contextColumn >= at) return false;
        while (at < line.Length && line[at] == ' ') at++;
        if (!DecimalText.TryRead(line, ref at, out var time)) return false;
        var isMicroseconds = line[at..].StartsWith("us"u8);
        if (isMicroseconds) at += 2;
        if (at + 1 < line.Length && line[at] != ':') at++;
        if (at + 1 >= line.Length || line[at] != ':' || line[at + 1] != ' ') return false;
        var start = 0;
        while (start < dash && line[start] == ' ') start++;
        (prefix.Comm, prefix.ProcessId, prefix.Cpu) = (start..dash, (int)pid, (int)cpu);
        prefix.Context = TraceFlags.ContextOfLetter(line[flags + contextColumn]);
        (prefix.Time, prefix.HasTime, prefix.IsCount) = (isMicroseconds ? time * 1000 : time, true, !isMicroseconds);
        prefix.Body = at + 2;
        return true;
    }
}
