using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Reads prefixes of kind <see cref="LinePrefixKind.Context"/>.</summary>
/// <remarks><c>trace_print_context</c> in <c>kernel/trace/trace_output.c</c>.</remarks>
internal static class ContextPrefix
{
    /// <summary>
    /// Reads the fields at the fixed columns, or else at the first bracket around which all of them match: a comm can contain
    /// brackets.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> line, int contextColumn, ref LinePrefix prefix)
    {
        prefix.Kind = LinePrefixKind.Context;
        if (line.Length > FixedColumns.BracketAfterTgid && line[FixedColumns.Dash] == '-'
            && ((line[FixedColumns.Bracket] == '[' && TryParseAt(line, FixedColumns.Bracket, contextColumn, ref prefix))
                || (line[FixedColumns.BracketAfterTgid] == '[' && line[FixedColumns.Bracket] == '('
                    && TryParseAt(line, FixedColumns.BracketAfterTgid, contextColumn, ref prefix))))
            return true;
        for (var from = 0; ;)
        {
            var bracket = line[from..].IndexOf(" ["u8);
            if (bracket < 0) return false;
            bracket += from + 1;
            if (TryParseAt(line, bracket, contextColumn, ref prefix)) return true;
            from = bracket;
        }
    }

    private static bool TryParseAt(ReadOnlySpan<byte> line, int bracket, int contextColumn, ref LinePrefix prefix)
        => TryParseTask(line, bracket, ref prefix) && TryParseEvent(line, bracket, contextColumn, ref prefix);

    /// <summary>Reads <c>comm-pid </c> and an optional <c>(tgid) </c> before the bracket.</summary>
    private static bool TryParseTask(ReadOnlySpan<byte> line, int bracket, ref LinePrefix prefix)
    {
        var left = line[..bracket].TrimEnd((byte)' ');
        int? group = null;
        if (left is [.., (byte)')'] && left.LastIndexOf((byte)'(') is > 0 and var open)
        {
            // The kernel prints dashes for a thread group id that it does not know.
            var inside = left[(open + 1)..^1].Trim((byte)' ');
            if (DecimalText.TryParse(inside, out var tgid)) group = (int)tgid;
            else if (inside.IsEmpty || inside.IndexOfAnyExcept((byte)'-') >= 0) return false;
            left = left[..open].TrimEnd((byte)' ');
        }
        var dash = left.LastIndexOf((byte)'-');
        if (dash < 0 || !DecimalText.TryParse(left[(dash + 1)..], out var pid) || pid > int.MaxValue) return false;
        var start = 0;
        while (start < dash && line[start] == ' ') start++;
        (prefix.Comm, prefix.ProcessId, prefix.ThreadGroupId) = (start..dash, (int)pid, group);
        return true;
    }

    /// <summary>Reads <c>cpu] </c>, optional flags and the time after the bracket.</summary>
    private static bool TryParseEvent(ReadOnlySpan<byte> line, int bracket, int contextColumn, ref LinePrefix prefix)
    {
        var close = line[bracket..].IndexOf((byte)']');
        if (close < 2 || !DecimalText.TryParse(line.Slice(bracket + 1, close - 1), out var cpu) || cpu >= TraceLimits.MaxCpus)
            return false;
        var at = bracket + close + 1;
        if (at >= line.Length || line[at] != ' ') return false;
        while (at < line.Length && line[at] == ' ') at++;
        var (context, letters) = (ExecutionContext.Unknown, 0);
        if (at < line.Length && (uint)(line[at] - '0') >= 10)
        {
            var flags = line[at..];
            var end = flags.IndexOf((byte)' ');
            if (end is < 3 or > 12) return false;
            (context, letters) = (TraceFlags.ContextOfLetter(flags[Math.Min(contextColumn, end - 1)]), end);
            at += end;
            while (at < line.Length && line[at] == ' ') at++;
        }
        var used = ReadTime(line[at..], out prefix.Time, out prefix.IsCount);
        if (used == 0 || at + used >= line.Length || line[at + used] != ':') return false;
        at += used + 1;
        if (at < line.Length && line[at] == ' ') at++;
        (prefix.Cpu, prefix.Context, prefix.Flags, prefix.HasTime, prefix.Body) = ((int)cpu, context, letters, true, at);
        return true;
    }

    /// <summary>Reads <c>12.345678</c> or <c>12345</c>; returns the number of bytes read, 0 if the text is neither.</summary>
    private static int ReadTime(ReadOnlySpan<byte> text, out long time, out bool isCount)
    {
        var at = 0;
        isCount = true;
        if (!DecimalText.TryRead(text, ref at, out time)) return 0;
        if (at >= text.Length || text[at] != '.') return at;
        isCount = false;
        var point = at++;
        if (!DecimalText.TryRead(text, ref at, out var fraction) || at - point - 1 > 9) return 0;
        for (var digits = at - point - 1; digits < 9; digits++) fraction *= 10;
        time = time * 1_000_000_000 + fraction;
        return at;
    }
}
