using System.Buffers;
using System.Buffers.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>Converts blocks of perf script text to tokens. One instance per thread.</summary>
/// <param name="fields">The fields of the text.</param>
/// <param name="names">Takes the functions and tasks.</param>
/// <param name="taker">Takes the events; null if they are only counted.</param>
internal sealed class PerfScriptParser(PerfScriptFields fields, CallNames names, PerfScriptEvents? taker = null)
    : BlockReader<PerfTokens>
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private const int SamplesPerBlock = 5;
    private const int LongestSample = 200;
    private const int CommWidth = 16;

    private readonly PerfScriptHeader _header = new(fields);
    private readonly PerfScriptFrame _frame = new(names);
    private readonly EventKindNames _events = new();

    private PerfScriptHeader.Parts _parts;
    private int _nameStart, _nameLength;

    /// <inheritdoc/>
    public override void Read(LineBlock block, PerfTokens into, TraceStatistics statistics) => Read(block.Text, into, statistics);

    /// <summary>Parses lines.</summary>
    public void Read(ReadOnlySpan<byte> text, PerfTokens into, TraceStatistics statistics)
    {
        into.Clear();
        var before = ReadOnlySpan<byte>.Empty;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
            text = end < 0 ? default : text[(end + 1)..];
            if (TryParse(line, before, out var token))
            {
                if (token.Kind == PerfTokenKind.Sample) TakeSample(line, ref token, into, statistics);
                else if (token.Kind != PerfTokenKind.Ignored) taker?.AddDetail(line, isBlank: token.Kind == PerfTokenKind.Blank);
                if (token.Kind != PerfTokenKind.Ignored) into.Items.Add(token);
            }
            else
            {
                taker?.AddText(line);
                into.Items.Add(new PerfToken { Kind = PerfTokenKind.NotParsed, Function = into.NotParsed.Count });
                if (into.NotParsed.Count < SamplesPerBlock)
                    into.NotParsed.Add(line[..Math.Min(line.Length, LongestSample)].ToArray());
            }
            before = line;
        }
    }

    /// <summary>Parses a line.</summary>
    /// <param name="line">The line, without its newline.</param>
    /// <param name="before">The line before, which contains the first half of the comm if the comm contains a newline.</param>
    /// <param name="token">The line's token.</param>
    public bool TryParse(ReadOnlySpan<byte> line, ReadOnlySpan<byte> before, out PerfToken token)
    {
        token = new PerfToken { Cpu = -1 };
        if (line.IndexOfAnyExcept(" \t"u8) < 0)
        {
            token.Kind = PerfTokenKind.Blank;
            return true;
        }
        if (line[0] == '\t' && _frame.TryParse(line, ref token)) return true;
        if (!_header.TryRead(line, out var parts, out var comm, out var name))
        {
            if (_frame.TryParse(line, ref token)) return true;
            // The header of perf script --header, and source lines.
            token.Kind = PerfTokenKind.Ignored;
            return line[0] == '#' || IsSourceLine(line);
        }
        token.Kind = PerfTokenKind.Sample;
        (token.Time, token.HasTime, token.Cpu) = (parts.Time, fields.HasFlag(PerfScriptFields.Time), parts.Cpu);
        if (fields.HasFlag(PerfScriptFields.Comm) || fields.HasFlag(PerfScriptFields.Pid))
            token.Task = Task(parts, comm, before, out token.CommStartsBefore);
        if (!name.IsEmpty) token.Event = _events.Get(name);
        if (taker is null) return true;
        _parts = parts;
        (_nameStart, _nameLength) = (name.IsEmpty || !line.Overlaps(name, out var start) ? 0 : start, name.Length);
        return true;
    }

    private void TakeSample(ReadOnlySpan<byte> line, ref PerfToken token, PerfTokens into, TraceStatistics statistics)
    {
        if (token.CommStartsBefore) taker?.RemoveText();
        var lost = Count(line, ref token, into, statistics);
        if (taker is null) return;
        if (lost > 0) taker.Lose(token.Cpu, lost);
        if (token.Kind != PerfTokenKind.Sample) return;
        taker.Add(in token, _parts.Pid, line.Slice(_nameStart, _nameLength), line[(_nameStart + _nameLength)..], into.Items.Count);
    }

    /// <summary>Counts a sample, or another record of perf; returns the number of events that the record says are lost.</summary>
    private static long Count(ReadOnlySpan<byte> line, ref PerfToken token, PerfTokens into, TraceStatistics statistics)
    {
        if (token.Event is { } name && name.StartsWith("PERF_RECORD_", StringComparison.Ordinal))
        {
            // "PERF_RECORD_LOST lost 12". Other records describe tasks and mappings, some from before the recording, so their
            // times do not count.
            token.Kind = PerfTokenKind.Ignored;
            var at = line.LastIndexOf(" lost "u8);
            if (name.StartsWith("PERF_RECORD_LOST", StringComparison.Ordinal) && at > 0
                && Utf8Parser.TryParse(line[(at + 6)..], out long lost, out _) && lost > 0)
            {
                statistics.Lost(token.Cpu, lost);
                return lost;
            }
            statistics.Other(token.Cpu, name);
            return 0;
        }
        if (token.HasTime) statistics.Time(token.Time, token.Cpu);
        // The line before is the first half of the comm, not a line of its own.
        if (token.CommStartsBefore && into.Items is [.., { Kind: PerfTokenKind.NotParsed }])
            into.Items.RemoveAt(into.Items.Count - 1);
        return 0;
    }

    private int Task(in PerfScriptHeader.Parts parts, ReadOnlySpan<byte> comm, ReadOnlySpan<byte> before, out bool startsBefore)
    {
        // The first half of a comm with a newline is the line before. Both halves together are right-aligned, or left-aligned
        // with call chains.
        var length = before.Length + 1 + comm.Length;
        startsBefore = before.IndexOfAnyExcept((byte)' ') >= 0 && before[0] != '\t' && !IsHeader(before)
            && (length == CommWidth || (length <= TraceLimits.LongestComm && before[0] != ' '))
            && !_header.TryRead(before, out _, out _, out _);
        return startsBefore
            ? names.Task([.. before.TrimStart((byte)' '), (byte)'\n', .. comm], parts.Pid, parts.GroupId)
            : names.Task(comm, parts.Pid, parts.GroupId);
    }

    /// <summary>
    /// Whether a line is one of <c>perf script --header</c>: <c>#</c>, <c># hostname : x</c>, <c># ========</c>.
    /// </summary>
    private static bool IsHeader(ReadOnlySpan<byte> line) => line is [(byte)'#'] or [(byte)'#', (byte)' ', ..];

    /// <summary>
    /// Whether a line is the source of the frame before (<c>-F srcline</c>): <c> fs/exec.c:123</c> or <c>
    /// [kernel.kallsyms][ffffffff8e95d97a]</c>.
    /// </summary>
    private static bool IsSourceLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("  "u8)) return false;
        if (line.EndsWith(" (inlined)"u8)) line = line[..^10];
        if (line[^1] == ']')
            return line.LastIndexOf((byte)'[') is > 2 and var open && line[(open + 1)..^1].IndexOfAnyExcept(HexDigits) < 0;
        return line.LastIndexOf((byte)':') is > 0 and var colon && colon + 1 < line.Length
            && (line[(colon + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 || line.EndsWith(":?"u8));
    }
}
