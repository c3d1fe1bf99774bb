using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Parses lines of the function tracer. Most lines of a recording have the kernel's fixed columns and are read at fixed
/// positions. All other lines are parsed from their first byte to their last.
/// </summary>
internal sealed class FunctionTextParser : LineParser
{
    private const string RepeatsWarning = "a func_repeats event (option func-no-repeats) replaces repeated calls, which are not recorded; "
        + "it is counted as one event and no call";

    private readonly FunctionTextLayout _layout;
    private readonly CallNames _names;
    private readonly bool _wantsTask, _wantsTime, _isCount;
    private readonly EdgeSpellings _edges = new();
    private readonly FixedTaskColumn _tasks;
    private readonly EventKindNames _kinds = new();
    private readonly FunctionTextEvents? _events;

    // Of the lines with fixed columns in the block, added to the statistics once per block.
    private UInt128 _first, _last;
    private long[] _callsPerCpu = new long[64];

    /// <summary>Creates a parser.</summary>
    /// <param name="layout">The format of the text.</param>
    /// <param name="names">Takes the functions and tasks.</param>
    /// <param name="fields">The fields of the calls to set.</param>
    /// <param name="events">Takes the events; null if they are only counted.</param>
    public FunctionTextParser(FunctionTextLayout layout, CallNames names, CallFields fields, FunctionTextEvents? events = null)
    {
        _events = events;
        (_layout, _names, _tasks) = (layout, names, new FixedTaskColumn(names));
        _wantsTask = fields.HasFlag(CallFields.Task);
        _wantsTime = fields.HasFlag(CallFields.Time);
        _isCount = layout.ClockUnit == ClockUnit.Counts;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Parse(ReadOnlySpan<byte> lines, CallFeed feed, TraceStatistics statistics)
    {
        var hasFixedColumns = _layout.Prefix == LinePrefixKind.Context;
        _first = UInt128.MaxValue;
        _last = UInt128.MinValue;
        while (!lines.IsEmpty)
        {
            var newline = lines.IndexOf((byte)'\n');
            var line = newline < 0 ? lines : lines[..newline];
            lines = newline < 0 ? default : lines[(newline + 1)..];
            if (!hasFixedColumns || !TryParseFixed(line, feed)) ParseGeneral(line, feed, statistics);
        }
        if (_first <= _last)
        {
            statistics.Time(FixedColumns.ToTime(_first, _isCount));
            statistics.Time(FixedColumns.ToTime(_last, _isCount));
        }
        for (var cpu = 0; cpu < _callsPerCpu.Length; cpu++)
        {
            if (_callsPerCpu[cpu] == 0) continue;
            statistics.Count(cpu, _callsPerCpu[cpu]);
            _callsPerCpu[cpu] = 0;
        }
    }

    /// <summary>Parses a call with fixed columns and nothing after the caller's name; false for any other line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryParseFixed(ReadOnlySpan<byte> line, CallFeed feed)
    {
        if (line.Length < FixedColumns.ShortestLine || line[FixedColumns.Dash] != '-') return false;
        var at = line[FixedColumns.Bracket] == '[' ? FixedColumns.Bracket + 1
            : line[FixedColumns.Bracket] == '(' && line[FixedColumns.BracketAfterTgid] == '['
            ? FixedColumns.BracketAfterTgid + 1 : 0;
        if (at == 0) return false;
        var taskEnd = at - 1;

        var cpu = 0;
        for (var last = at + FixedColumns.MaxCpuDigits; (uint)(line[at] - '0') < 10 && at < last; at++)
            cpu = cpu * 10 + line[at] - '0';
        if (line[at] != ']' || line[at + 1] != ' ') return false;
        at += 2;

        // Flags (option irq-info): five characters, four before Linux 5.17, seven with the PREEMPT_RT patches. The first is never
        // a digit, and none is a space.
        var context = ExecutionContext.Unknown;
        if (line[at] != ' ' && (uint)(line[at] - '0') >= 10)
        {
            context = TraceFlags.ContextOfLetter(line[at + _layout.ContextColumn]);
            at += line[at + 5] == ' ' ? 5 : line[at + 4] == ' ' ? 4 : line[at + 7] == ' ' ? 7 : 0;
            if (line[at] != ' ') return false;
        }
        else
        {
            // Without flags, the space after the CPU is the separator before the time.
            at--;
        }

        if (!FixedColumns.TryReadTime(line, at + 1, _isCount, out var colon, out var time)) return false;
        var edge = line[(colon + 2)..];
        if (!_edges.TryFind(edge, out var hash, out var function, out var caller)
            && !TryAddEdge(edge, hash, out function, out caller)) return false;
        if (time < _first) _first = time;
        if (time > _last) _last = time;
        _events?.Skip(cpu, time, _isCount);

        ref var call = ref feed.Next();
        call.Time = _wantsTime ? FixedColumns.ToTime(time, _isCount) : 0;
        call.Duration = CallRecord.NoDuration;
        call.SelfDuration = CallRecord.NoDuration;
        call.Function = function;
        call.Caller = caller;
        call.Task = _wantsTask ? _tasks.Task(line[..taskEnd]) : 0;
        call.Cpu = cpu;
        call.Depth = CallRecord.NoDepth;
        call.Context = context;
        if (cpu >= _callsPerCpu.Length) Array.Resize(ref _callsPerCpu, cpu + 64);
        _callsPerCpu[cpu]++;
        return true;
    }

    /// <summary>
    /// Splits <c>function &lt;-caller</c>, where the caller can have a module or an address, and adds it to the known edges;
    /// false for any other text.
    /// </summary>
    private bool TryAddEdge(ReadOnlySpan<byte> text, ulong hash, out int function, out int caller)
    {
        function = caller = 0;
        var space = text.IndexOf((byte)' ');
        if (space <= 0 || space + 3 >= text.Length || text[space + 1] != '<' || text[space + 2] != '-') return false;
        var name = text[..space];
        var callerName = text[(space + 3)..];
        if (name[^1] is (byte)':' or (byte)')' || callerName[^1] is (byte)')' or (byte)'\r') return false;
        (function, caller) = (_names.Function(name), _names.Function(callerName));
        _edges.Add(text, hash, function, caller);
        return true;
    }

    /// <summary>Parses any line and counts it.</summary>
    private void ParseGeneral(ReadOnlySpan<byte> line, CallFeed feed, TraceStatistics statistics)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IsEmpty || line.Trim((byte)' ').IsEmpty) return;
        if (_events is not null && line.StartsWith(" => "u8)) _events.AddLine(line, isFrame: true);
        if (LostEventsLine.TryParse(line.TrimEnd((byte)' '), out var cpu, out var lost))
        {
            LostEventsLine.Count(cpu, lost, statistics);
            _events?.Lose(cpu, lost);
            return;
        }
        // A frame of the stack trace of the event before.
        if (line.StartsWith(" => "u8)) return;

        if (!LinePrefix.TryParse(line, _layout.Prefix, _layout.ContextColumn, out var prefix))
        {
            _events?.AddLine(line, isFrame: false);
            if (line[0] != '#') statistics.NotParsed(-1, Reason(line), line);
            return;
        }
        var body = FunctionTextEvent.Parse(line[prefix.Body..], prefix.Kind, _layout.RequiresCaller(prefix.Kind));
        switch (body.Kind)
        {
            case FunctionTextEventKind.Call:
                AddCall(line, in prefix, body.Function, body.Caller, feed);
                _events?.Skip(prefix.Cpu, prefix.HasTime ? prefix.Time : CallRecord.NoTime);
                statistics.Call(prefix.Cpu);
                break;
            case FunctionTextEventKind.Other:
                statistics.Other(prefix.Cpu, _kinds.Get(body.NamePrefix, body.Name));
                _events?.Add(line, in prefix, in body, feed);
                if (body.Name.SequenceEqual("func_repeats"u8))
                    statistics.Warn(RepeatsWarning);
                break;
            default:
                statistics.NotParsed(prefix.Cpu, "neither a call nor an event", line);
                _events?.Skip(prefix.Cpu, prefix.HasTime ? prefix.Time : CallRecord.NoTime);
                return;
        }
        if (prefix.HasTime) statistics.Time(prefix.Time, prefix.Cpu);
    }

    private void AddCall(ReadOnlySpan<byte> line, in LinePrefix prefix, ReadOnlySpan<byte> function, ReadOnlySpan<byte> caller,
        CallFeed feed)
    {
        ref var call = ref feed.Next();
        call.Time = prefix.HasTime ? prefix.Time : CallRecord.NoTime;
        call.Duration = CallRecord.NoDuration;
        call.SelfDuration = CallRecord.NoDuration;
        call.Function = _names.Function(function);
        call.Caller = caller.IsEmpty ? 0 : _names.Function(caller);
        call.Task = _wantsTask && prefix.ProcessId >= 0
            ? _names.Task(line[prefix.Comm], prefix.ProcessId, prefix.ThreadGroupId) : 0;
        call.Cpu = prefix.Cpu;
        call.Depth = CallRecord.NoDepth;
        call.Context = prefix.Context;
    }

    private static string Reason(ReadOnlySpan<byte> line)
        => line.Length < FixedColumns.Dash ? "line too short"
            : line.IndexOf(" <-"u8) >= 0 ? "call with a damaged prefix"
            : "not a trace line";
}
