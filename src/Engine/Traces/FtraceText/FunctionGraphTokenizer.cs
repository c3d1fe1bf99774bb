using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Converts blocks of function_graph text to tokens. One instance per thread.</summary>
/// <param name="columns">The columns of the text.</param>
/// <param name="names">Takes the functions and tasks.</param>
/// <param name="schemas">The kinds of events; null if the events are only counted.</param>
internal sealed class FunctionGraphTokenizer(FunctionGraphColumns columns, CallNames names, TextEventSchemas? schemas = null)
    : BlockReader<FunctionGraphTokens>
{
    private const int SamplesPerBlock = 5;
    private const int LongestSample = 200;

    private readonly FunctionGraphLineParser _parser = new(columns, names);
    private readonly FunctionGraphKnownLines _known = new(columns);
    private FunctionGraphLineParser[]? _otherParsers;

    /// <inheritdoc/>
    public override void Read(LineBlock block, FunctionGraphTokens into, TraceStatistics statistics)
    {
        into.Clear();
        var text = block.Text;
        var (first, counts) = (true, into.FirstLineCounts);
        while (!text.IsEmpty)
        {
            // The counts of the first line are separate.
            if (!first && _known.TryRead(text, out into.Next()) is > 0 and var length)
            {
                into.Keep();
                text = text[length..];
                continue;
            }
            var end = text.IndexOf((byte)'\n');
            var next = end < 0 ? text.Length : end + 1;
            var line = end < 0 ? text : text[..end];
            ref var token = ref into.Next();
            var (before, joined) = (into.Count, 0);
            if (_parser.TryParse(line, out token))
            {
                if (!_parser.IsEvent) _parser.Teach(_known, line, in token, statistics);
                Add(_parser, line, into, ref token, counts);
            }
            else if (!TryReadOther(line, into, ref token, counts))
                joined = ReadUnknown(line, text[next..], end >= 0, into, ref token, counts);
            next += joined;
            if (first)
            {
                (into.FirstLine, into.FirstLineTokens) = (joined > 0 ? null : line.ToArray(), into.Count - before);
                (first, counts) = (false, statistics);
            }
            text = text[next..];
        }
        _known.CountInto(statistics);
    }

    /// <summary>Reads a line whose comm contains a newline, which the kernel prints as two lines.</summary>
    /// <remarks>A line that is itself the first half of another is never a second half. So it depends only on the two lines
    /// themselves whether they are joined, not on the lines around them or on the start of the block.</remarks>
    public bool TryReadJoined(ReadOnlySpan<byte> half, ReadOnlySpan<byte> other, FunctionGraphTokens into,
        ref FunctionGraphToken token, TraceStatistics statistics)
    {
        if (!_parser.TryParse(other, out token) && !_parser.TryParseSwitch(other, ref token) && _parser.EndsInTask) return false;
        byte[] line = [.. half, (byte)'\n', .. other.TrimEnd((byte)'\r')];
        if (!_parser.TryParse(line, out token)) return TryReadSwitch(line, into, ref token);
        Add(_parser, line, into, ref token, statistics);
        return true;
    }

    /// <summary>Reads a line that does not have the columns of the recording.</summary>
    public void ReadAlone(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token,
        TraceStatistics statistics, bool mayBeCut = false)
    {
        if (TryReadOtherColumns(line, into, ref token, statistics)) return;
        var reason = line.SequenceEqual("[LINE TOO BIG]"u8) ? "line too long for the kernel's buffer"
            : mayBeCut ? "last line cut off"
            : "not a function_graph line";
        token.Kind = FunctionGraphTokenKind.NotParsed;
        token.Cpu = -1;
        token.Operand = into.NotParsed.Count;
        var text = schemas is null ? -1 : into.Events.Add(line.TrimEnd((byte)'\r'), 0);
        var sample = into.NotParsed.Count < SamplesPerBlock ? line[..Math.Min(line.Length, LongestSample)].ToArray() : null;
        into.NotParsed.Add(new NotParsedLine(reason, sample, line.TrimEnd((byte)'\r').EndsWith(" */"u8), text));
        into.Keep();
    }

    /// <summary>
    /// Reads a line of no known kind. It can be the first half of a line, and the next line the second; returns the bytes of
    /// the next line then, else 0.
    /// </summary>
    private int ReadUnknown(ReadOnlySpan<byte> line, ReadOnlySpan<byte> rest, bool isWhole, FunctionGraphTokens into,
        ref FunctionGraphToken token, TraceStatistics statistics)
    {
        var mayBeHalf = _parser.EndsInTask && isWhole;
        if (mayBeHalf && rest.IsEmpty)
        {
            into.Tail = line.ToArray();
            return 0;
        }
        var end = rest.IndexOf((byte)'\n');
        if (mayBeHalf && TryReadJoined(line, end < 0 ? rest : rest[..end], into, ref token, statistics))
            return end < 0 ? rest.Length : end + 1;
        ReadAlone(line, into, ref token, statistics, mayBeCut: !isWhole);
        return 0;
    }

    private void Add(FunctionGraphLineParser parser, ReadOnlySpan<byte> line, FunctionGraphTokens into,
        ref FunctionGraphToken token, TraceStatistics statistics)
    {
        var isCall = token.Kind <= FunctionGraphTokenKind.Open;
        // A closing brace is no event of its own.
        if (parser.HasTime && (isCall || parser.IsEvent)) statistics.Time(token.Time, token.Cpu);
        if (isCall) statistics.Call(token.Cpu);
        else if (parser.IsEvent) statistics.Other(token.Cpu, parser.EventKind(line));
        if (schemas is not null && parser.IsEvent) AddEvent(parser.Event(line), into, ref token);
        if (token.Kind != FunctionGraphTokenKind.Ignored) into.Keep();
    }

    private void AddEvent(FunctionTextEvent body, FunctionGraphTokens into, ref FunctionGraphToken token)
    {
        var schema = schemas!.Id(body.NamePrefix, body.Name, body.Message);
        token.Operand = schemas.IsWanted(schema) ? into.Events.Add(body.Message, schema) : -1;
        if (token.Kind == FunctionGraphTokenKind.Ignored) token.Kind = FunctionGraphTokenKind.Event;
    }

    /// <summary>Adds a line that has no effect on the calls, but can belong to an event.</summary>
    private void AddText(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token)
    {
        if (schemas is null) return;
        (token.Kind, token.Cpu, token.Operand) = (FunctionGraphTokenKind.Text, -1, into.Events.Add(line, 0));
        into.Keep();
    }

    private bool TryReadSwitch(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token)
    {
        if (!_parser.TryParseSwitch(line, ref token)) return false;
        token.Kind = FunctionGraphTokenKind.Switch;
        into.Keep();
        return true;
    }

    /// <summary>Reads a line that is neither a call nor an event, or a line that ends in a carriage return.</summary>
    private bool TryReadOther(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token,
        TraceStatistics statistics)
    {
        var trimmed = line.TrimEnd(" \r"u8);
        if (FunctionGraphLines.IsBlankOrComment(trimmed))
        {
            AddText(trimmed, into, ref token);
            return true;
        }
        if (line[^1] == '\r' && _parser.TryParse(line.TrimEnd((byte)'\r'), out token))
        {
            Add(_parser, line.TrimEnd((byte)'\r'), into, ref token, statistics);
            return true;
        }
        if (LostEventsLine.TryParse(trimmed, out var cpu, out var events))
        {
            LostEventsLine.Count(cpu, events, statistics);
            (token.Kind, token.Cpu, token.Time) = (FunctionGraphTokenKind.Lost, cpu, events ?? CallRecord.NoTime);
            into.Keep();
            return true;
        }
        if (FunctionGraphLines.IsDetail(trimmed))
        {
            AddText(trimmed, into, ref token);
            return true;
        }
        if (FunctionGraphLines.IsStackTrace(trimmed))
        {
            AddText(trimmed, into, ref token);
            statistics.Other(-1, trimmed.EndsWith("<stack trace>"u8) ? "kernel_stack" : "user_stack");
            return true;
        }
        return TryReadSwitch(line, into, ref token);
    }

    /// <summary>
    /// Reads a line with other columns than the first lines have: the options can change while trace_pipe is read. A line
    /// without a CPU is not distinct enough to be recognized.
    /// </summary>
    private bool TryReadOtherColumns(ReadOnlySpan<byte> line, FunctionGraphTokens into, ref FunctionGraphToken token,
        TraceStatistics statistics)
    {
        _otherParsers ??= [.. Enumerable.Range(0, 64).Select(i => (FunctionGraphColumns)i)
            .Where(c => c != columns && c.HasFlag(FunctionGraphColumns.Cpu)
            && !c.HasFlag(FunctionGraphColumns.AbsoluteTime | FunctionGraphColumns.RelativeTime))
            .Select(c => new FunctionGraphLineParser(c, names))];
        line = line.TrimEnd((byte)'\r');
        foreach (var parser in _otherParsers)
        {
            if (!parser.TryParse(line, out token)) continue;
            // A sink that takes calls in order waits for durations only if the first lines have them.
            if (token.Kind == FunctionGraphTokenKind.Close && !columns.HasFlag(FunctionGraphColumns.Duration))
                token.Duration = CallRecord.NoDuration;
            Add(parser, line, into, ref token, statistics);
            return true;
        }
        return false;
    }
}
