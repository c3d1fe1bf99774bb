using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Brings blocks of function_graph text into tokens; one instance per thread.</summary>
internal sealed class FunctionGraphTokenizer(FunctionGraphColumns columns, CallNames names) : BlockReader<FunctionGraphTokens>
{
    private const int SamplesPerBlock = 5;

    private readonly FunctionGraphLineParser _parser = new(columns, names);
    private FunctionGraphLineParser[]? _others;

    public override void Read(LineBlock block, FunctionGraphTokens into, TraceStatistics statistics)
    {
        into.Clear();
        var text = block.Text;
        var (first, counts) = (true, into.FirstLineCounts);
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var next = end < 0 ? text.Length : end + 1;
            var line = end < 0 ? text : text[..end];
            ref var token = ref into.Next();
            var (before, isJoined) = (into.Count, false);
            if (_parser.TryCall(line, out token))
            {
                Keep(_parser, line, into, ref token, counts);
            }
            else if (!Aside(line, into, ref token, counts))
            {
                var rest = text[next..];
                var more = rest.IndexOf((byte)'\n');
                var mayBeHalf = _parser.EndsInTask && end >= 0;
                if (mayBeHalf && rest.IsEmpty)
                {
                    into.Tail = line.ToArray();
                }
                else if (mayBeHalf && Joined(line, more < 0 ? rest : rest[..more], into, ref token, counts))
                {
                    (next, isJoined) = (more < 0 ? text.Length : next + more + 1, true);
                }
                else
                {
                    Alone(line, into, ref token, counts, mayBeCut: block.EndsMidLine && end < 0);
                }
            }
            if (first) (first, counts, into.FirstLine, into.FirstLineTokens) = (false, statistics, isJoined ? null : line.ToArray(), into.Count - before);
            text = text[next..];
        }
    }

    /// <summary>Reads a line whose task has a newline in its name: the kernel prints it as two.</summary>
    /// <remarks>A line that is a first half itself is no second half, so that two lines go together, or do not, whatever stands
    /// around them, and wherever blocks begin.</remarks>
    public bool Joined(ReadOnlySpan<byte> half, ReadOnlySpan<byte> other, FunctionGraphTokens into, ref FunctionGraphToken token, TraceStatistics statistics)
    {
        if (!_parser.TryCall(other, out token) && !_parser.TrySwitch(other, ref token) && _parser.EndsInTask) return false;
        byte[] line = [.. half, (byte)'\n', .. other.TrimEnd((byte)'\r')];
        if (_parser.TryCall(line, out token))
        {
            Keep(_parser, line, into, ref token, statistics);
            return true;
        }
        return Switch(line, into, ref token);
    }

    /// <summary>Reads a line that is none under the recording's columns.</summary>
    public void Alone(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token, TraceStatistics statistics, bool mayBeCut = false)
    {
        if (OtherColumns(line, into, ref token, statistics)) return;
        var why = line.SequenceEqual("[LINE TOO BIG]"u8) ? "line too big for the kernel"
            : mayBeCut ? "last line cut"
            : "no function_graph line";
        token.Kind = FunctionGraphTokenKind.Unread;
        token.Cpu = -1;
        token.Other = into.Unread.Count;
        var sample = into.Unread.Count < SamplesPerBlock ? line[..Math.Min(line.Length, 200)].ToArray() : null;
        into.Unread.Add(new UnreadLine(why, sample, line.TrimEnd((byte)'\r').EndsWith(" */"u8)));
        into.Keep();
    }

    private static void Keep(FunctionGraphLineParser parser, ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token, TraceStatistics statistics)
    {
        if (parser.HasTime) statistics.Time(token.Time);
        if (token.Kind <= FunctionGraphTokenKind.Open) statistics.Call(token.Cpu);
        else if (parser.IsEvent) statistics.Other(token.Cpu, parser.EventKind(line));
        if (token.Kind != FunctionGraphTokenKind.Aside) into.Keep();
    }

    private bool Switch(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token)
    {
        if (!_parser.TrySwitch(line, ref token)) return false;
        token.Kind = FunctionGraphTokenKind.Switch;
        into.Keep();
        return true;
    }

    /// <summary>Lines beside the calls.</summary>
    private bool Aside(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token, TraceStatistics statistics)
    {
        var trimmed = line.TrimEnd(" \r"u8);
        if (trimmed.IsEmpty || trimmed[0] == '#') return true;
        if (trimmed.Length < line.Length && line[^1] == '\r' && _parser.TryCall(line.TrimEnd((byte)'\r'), out token))
        {
            Keep(_parser, line.TrimEnd((byte)'\r'), into, ref token, statistics);
            return true;
        }
        if (FunctionGraphLineParser.IsLost(trimmed, out var cpu, out var events))
        {
            if (events >= 0) statistics.Lost(cpu, events);
            else statistics.Warn("the kernel lost events without counting them (CPU:n [LOST EVENTS])");
            (token.Kind, token.Cpu) = (FunctionGraphTokenKind.Lost, cpu);
            into.Keep();
            return true;
        }
        // " (Overruns: 0)" belongs to the return above it, " => f" to a stack trace.
        if (FunctionGraphLineParser.IsRule(trimmed) || trimmed.StartsWith(" (Overruns: "u8) || trimmed.StartsWith(" => "u8)) return true;
        if (trimmed.EndsWith("<stack trace>"u8) || trimmed.EndsWith("<user stack trace>"u8))
        {
            statistics.Other(-1, trimmed.EndsWith("<stack trace>"u8) ? "kernel_stack" : "user_stack");
            return true;
        }
        return Switch(line, into, ref token);
    }

    /// <summary>Columns can be switched on and off while trace_pipe is read. Without the CPU's there is too little to know a line by.</summary>
    private bool OtherColumns(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token, TraceStatistics statistics)
    {
        _others ??= [.. Enumerable.Range(0, 64).Select(i => (FunctionGraphColumns)i)
            .Where(c => c != columns && c.HasFlag(FunctionGraphColumns.Cpu) && !c.HasFlag(FunctionGraphColumns.AbsoluteTime | FunctionGraphColumns.RelativeTime))
            .Select(c => new FunctionGraphLineParser(c, names))];
        line = line.TrimEnd((byte)'\r');
        foreach (var parser in _others)
        {
            if (!parser.TryCall(line, out token)) continue;
            // Who wants calls in order waits for their durations only where the text has them.
            if (token.Kind == FunctionGraphTokenKind.Close && !columns.HasFlag(FunctionGraphColumns.Duration)) token.Duration = CallRecord.NoDuration;
            Keep(parser, line, into, ref token, statistics);
            return true;
        }
        return false;
    }
}
