using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads the lines of the function tracer. Nearly every line of a recording has the kernel's fixed columns, and those
/// are read at their places; whatever does not fit them goes the general way, which decides by the grammar.
/// </summary>
internal sealed class FunctionTextParser : LineParser
{
    // "%16s-%-7d [": the task's name cannot move the columns, whatever it holds; see trace_print_context.
    private const int Dash = 16, Bracket = 25, BracketAfterTgid = 35;

    // " %5lu.%06lu" and "%12llu": see trace_print_time.
    private const int NarrowestTime = 12;
    private const uint PointBit = 1 << 9;
    private const int MostCpuDigits = 5;

    // What tells digits apart, and makes a space the same as a zero: padding is not always of spaces.
    private static readonly UInt128 LowNibbles = new(0x0F0F0F0F0F0F0F0F, 0x0F0F0F0F0F0F0F0F);

    private readonly FunctionTextLayout _layout;
    private readonly CallNames _names;
    private readonly bool _wantsTask, _wantsTime, _counts;
    private readonly EdgeSpellings _edges = new();
    private UInt128 _first, _last;
    private readonly Dictionary<string, string> _kinds = [];
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _kindsByChars;
    private long[] _callsPerCpu = new long[64];

    // The task of the previous line, as printed: the next line is most often of the same task.
    private readonly byte[] _lastTask = new byte[BracketAfterTgid];
    private int _lastTaskLength;
    private int _lastTaskId;

    public FunctionTextParser(FunctionTextLayout layout, CallNames names, CallFields fields)
    {
        (_layout, _names) = (layout, names);
        _wantsTask = fields.HasFlag(CallFields.Task);
        _wantsTime = fields.HasFlag(CallFields.Time);
        _counts = layout.ClockUnit == ClockUnit.Counts;
        _kindsByChars = _kinds.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What <see cref="Classify"/> finds out about a line.</summary>
    internal readonly record struct Found(LinePrefix Prefix, bool HasTime, bool IsCount, bool IsCall, bool HasCaller);

    /// <inheritdoc/>
    public override void Parse(ReadOnlySpan<byte> lines, CallFeed feed, TraceStatistics statistics)
    {
        var fixedColumns = _layout.Prefix == LinePrefix.Context;
        _first = UInt128.MaxValue;
        _last = UInt128.MinValue;
        while (!lines.IsEmpty)
        {
            var newline = lines.IndexOf((byte)'\n');
            var line = newline < 0 ? lines : lines[..newline];
            lines = newline < 0 ? default : lines[(newline + 1)..];
            if (!fixedColumns || !ParseFixed(line, feed)) ParseAny(line, feed, statistics);
        }
        if (_first <= _last)
        {
            statistics.Time(TimeOf(_first));
            statistics.Time(TimeOf(_last));
        }
        for (var cpu = 0; cpu < _callsPerCpu.Length; cpu++)
        {
            if (_callsPerCpu[cpu] == 0) continue;
            statistics.Count(cpu, _callsPerCpu[cpu]);
            _callsPerCpu[cpu] = 0;
        }
    }

    /// <summary>Reads a line that has the fixed columns and is a call without extras; false when it is anything else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ParseFixed(ReadOnlySpan<byte> line, CallFeed feed)
    {
        if (line.Length < 72 || line[Dash] != '-') return false;
        var at = line[Bracket] == '[' ? Bracket + 1 : line[Bracket] == '(' && line[BracketAfterTgid] == '[' ? BracketAfterTgid + 1 : 0;
        if (at == 0) return false;
        var taskEnd = at - 1;

        // CPU: "%03d", more digits on very large machines.
        var cpu = 0;
        for (var last = at + MostCpuDigits; (uint)(line[at] - '0') < 10 && at < last; at++) cpu = cpu * 10 + line[at] - '0';
        if (line[at] != ']' || line[at + 1] != ' ') return false;
        at += 2;

        // Flags, when they are switched on: five letters, four before 5.17. The first is no digit, none is a space.
        var context = ExecutionContext.Unknown;
        if (line[at] != ' ' && (uint)(line[at] - '0') >= 10)
        {
            context = ContextOf(line[at + _layout.ContextColumn]);
            at += line[at + 5] == ' ' ? 5 : line[at + 4] == ' ' ? 4 : 0;
            if (line[at] != ' ') return false;
        }
        else
        {
            // "%03d] " and then the time's own padding: as if the space before it were the end of the flags.
            at--;
        }

        // Time: at least twelve wide, a count or seconds with six digits after the point.
        var start = at + 1;
        var colon = start + NarrowestTime;
        while (colon + 10 < line.Length && (line[colon] == '.' || (uint)(line[colon] - '0') < 10)) colon++;
        if (colon + 10 >= line.Length || colon - start > 16 || line[colon] != ':' || line[colon + 1] != ' ') return false;
        var time = line.Slice(colon - 16, 16);
        var bytes = Vector128.Create(time);
        var width = colon - start;
        var field = (0xFFFFu << (16 - width)) & 0xFFFF;
        var digits = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)9)).ExtractMostSignificantBits() & field;
        var spaces = (Vector128.Equals(bytes, Vector128.Create((byte)' ')).ExtractMostSignificantBits() & field) >> (16 - width);
        // Spaces first, then digits; of a time in seconds only the point, seven from the end, is neither.
        if ((spaces & (spaces + 1)) != 0 || (digits | (spaces << (16 - width))) != (_counts ? field : field & ~PointBit)
            || (!_counts && time[9] != '.')) return false;

        var body = line[(colon + 2)..];
        if (!_edges.TryFind(body, out var hash, out var function, out var caller) && !ReadEdge(body, hash, out function, out caller)) return false;

        // As text right-aligned times order like the numbers they are: only the least and the greatest need be read.
        var order = BinaryPrimitives.ReadUInt128BigEndian(time) & (LowNibbles >> (128 - width * 8));
        if (order < _first) _first = order;
        if (order > _last) _last = order;

        ref var call = ref feed.Next();
        call.Time = _wantsTime ? TimeOf(order) : 0;
        call.Duration = CallRecord.NoDuration;
        call.SelfDuration = CallRecord.NoDuration;
        call.Function = function;
        call.Caller = caller;
        call.Task = _wantsTask ? Task(line[..taskEnd]) : 0;
        call.Cpu = cpu;
        call.Depth = CallRecord.NoDepth;
        call.Context = context;
        if (cpu >= _callsPerCpu.Length) Array.Resize(ref _callsPerCpu, cpu + 64);
        _callsPerCpu[cpu]++;
        return true;
    }

    /// <summary>Splits <c>function &lt;-caller</c>, the caller perhaps with its module or address; false when it is anything else.</summary>
    private bool ReadEdge(ReadOnlySpan<byte> body, ulong hash, out int function, out int caller)
    {
        function = caller = 0;
        var space = body.IndexOf((byte)' ');
        if (space <= 0 || space + 3 >= body.Length || body[space + 1] != '<' || body[space + 2] != '-') return false;
        var name = body[..space];
        var from = body[(space + 3)..];
        if (name[^1] is (byte)':' or (byte)')' || from[^1] is (byte)')' or (byte)'\r') return false;
        (function, caller) = (_names.Function(name), _names.Function(from));
        _edges.Add(body, hash, function, caller);
        return true;
    }

    /// <summary>The number that the low halves of right-aligned text stand for: nanoseconds of <c>12.345678</c>, or a count.</summary>
    private long TimeOf(UInt128 text)
    {
        long whole = 0;
        for (var shift = 120; shift >= 0; shift -= 8)
        {
            var digit = (uint)(byte)(text >> shift);
            if (digit < 10) whole = whole * 10 + digit;
        }
        return _counts ? whole : whole * 1000;
    }

    /// <summary>Reads any line by its grammar and counts what it is.</summary>
    private void ParseAny(ReadOnlySpan<byte> line, CallFeed feed, TraceStatistics statistics)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IsEmpty || line.Trim((byte)' ').IsEmpty) return;
        if (line.StartsWith("CPU:"u8) && ParseLost(line, statistics)) return;
        // A stack trace after a call or an event: frames, not calls of their own.
        if (line.StartsWith(" => "u8)) return;

        if (!TryPrefix(line, _layout.Prefix, _layout.ContextColumn, out var prefix))
        {
            if (line[0] == '#') return;
            statistics.NotParsed(-1, Why(line), line);
            return;
        }
        var body = line[prefix.Body..];
        switch (ReadBody(body, prefix.Prefix, _layout.HasCallers, out var function, out var caller, out var kind))
        {
            case Body.Call:
                ref var call = ref feed.Next();
                call.Time = prefix.Time;
                call.Duration = CallRecord.NoDuration;
                call.SelfDuration = CallRecord.NoDuration;
                call.Function = _names.Function(function);
                call.Caller = caller.IsEmpty ? 0 : _names.Function(caller);
                call.Task = _wantsTask && prefix.ProcessId >= 0 ? _names.Task(line[prefix.Comm], prefix.ProcessId, prefix.ThreadGroupId) : 0;
                call.Cpu = prefix.Cpu;
                call.Depth = CallRecord.NoDepth;
                call.Context = prefix.Context;
                statistics.Call(prefix.Cpu);
                break;
            case Body.Event:
                statistics.Other(prefix.Cpu, Kind(kind));
                if (kind.SequenceEqual("func_repeats"u8))
                    statistics.Warn("func_repeats events stand for calls that were not recorded one by one (option func-no-repeats); they are counted as events, not as calls");
                break;
            default:
                statistics.NotParsed(prefix.Cpu, "neither a call nor an event", line);
                return;
        }
        if (prefix.HasTime) statistics.Time(prefix.Time);
    }

    /// <summary>Finds out what kind of line this is without knowing the file; null when it is none.</summary>
    internal static Found? Classify(ReadOnlySpan<byte> line)
    {
        foreach (var prefix in (ReadOnlySpan<LinePrefix>)[LinePrefix.Context, LinePrefix.Latency, LinePrefix.Verbose, LinePrefix.Hex, LinePrefix.Raw, LinePrefix.None])
        {
            if (!TryPrefix(line, prefix, 2, out var found) || found.Prefix != prefix) continue;
            var body = ReadBody(line[found.Body..], prefix, false, out _, out var caller, out _);
            if (body == Body.None || (prefix == LinePrefix.None && caller.IsEmpty)) continue;
            return new Found(prefix, found.HasTime, found.IsCount, body == Body.Call, !caller.IsEmpty);
        }
        return null;
    }

    private enum Body
    {
        None,
        Call,
        Event,
    }

    /// <summary>The part of a line before its event.</summary>
    private struct LineStart
    {
        public LinePrefix Prefix;
        public Range Comm;
        public int ProcessId;
        public int? ThreadGroupId;
        public int Cpu;
        public ExecutionContext Context;
        public long Time;
        public bool HasTime;
        public bool IsCount;
        public int Body;
    }

    private static bool TryPrefix(ReadOnlySpan<byte> line, LinePrefix expected, int contextColumn, out LineStart prefix)
    {
        prefix = new LineStart { ProcessId = -1, Cpu = -1 };
        return expected switch
        {
            LinePrefix.Latency => TryLatency(line, contextColumn, ref prefix) || TryContext(line, contextColumn, ref prefix),
            LinePrefix.Verbose => TryVerbose(line, ref prefix) || TryContext(line, contextColumn, ref prefix),
            LinePrefix.Raw => TryNumbers(line, LinePrefix.Raw, ref prefix),
            LinePrefix.Hex => TryNumbers(line, LinePrefix.Hex, ref prefix),
            LinePrefix.None => TryNone(line, ref prefix),
            _ => TryContext(line, contextColumn, ref prefix),
        };
    }

    /// <summary><c>comm-pid (tgid) [cpu] flags time: </c>: in the fixed columns if it stands there, else at the first place where all of it fits.</summary>
    private static bool TryContext(ReadOnlySpan<byte> line, int contextColumn, ref LineStart prefix)
    {
        prefix.Prefix = LinePrefix.Context;
        if (line.Length > BracketAfterTgid && line[Dash] == '-'
            && ((line[Bracket] == '[' && TryContextAt(line, Bracket, contextColumn, ref prefix))
                || (line[BracketAfterTgid] == '[' && line[Bracket] == '(' && TryContextAt(line, BracketAfterTgid, contextColumn, ref prefix))))
            return true;
        for (var from = 0; ;)
        {
            var bracket = line[from..].IndexOf(" ["u8);
            if (bracket < 0) return false;
            bracket += from + 1;
            if (TryContextAt(line, bracket, contextColumn, ref prefix)) return true;
            from = bracket;
        }
    }

    private static bool TryContextAt(ReadOnlySpan<byte> line, int bracket, int contextColumn, ref LineStart prefix)
    {
        // Leftwards: "comm-pid " and perhaps "(tgid) ".
        var left = line[..bracket].TrimEnd((byte)' ');
        int? group = null;
        if (left is [.., (byte)')'] && left.LastIndexOf((byte)'(') is > 0 and var open)
        {
            var inside = left[(open + 1)..^1].Trim((byte)' ');
            if (TryNumber(inside, out var tgid)) group = (int)tgid;
            else if (inside.IsEmpty || inside.IndexOfAnyExcept((byte)'-') >= 0) return false;
            left = left[..open].TrimEnd((byte)' ');
        }
        var dash = left.LastIndexOf((byte)'-');
        if (dash < 0 || !TryNumber(left[(dash + 1)..], out var pid) || pid > int.MaxValue) return false;

        // Rightwards: "cpu] ", perhaps flags, then the time.
        var close = line[bracket..].IndexOf((byte)']');
        if (close < 2 || !TryNumber(line.Slice(bracket + 1, close - 1), out var cpu) || cpu > 65_535) return false;
        var at = bracket + close + 1;
        if (at >= line.Length || line[at] != ' ') return false;
        while (at < line.Length && line[at] == ' ') at++;
        var context = ExecutionContext.Unknown;
        if (at < line.Length && (uint)(line[at] - '0') >= 10)
        {
            var flags = line[at..];
            var end = flags.IndexOf((byte)' ');
            if (end is < 3 or > 12) return false;
            context = ContextOf(flags[Math.Min(contextColumn, end - 1)]);
            at += end;
            while (at < line.Length && line[at] == ' ') at++;
        }
        var used = ReadTime(line[at..], out prefix.Time, out prefix.IsCount);
        if (used == 0 || at + used >= line.Length || line[at + used] != ':') return false;
        at += used + 1;
        if (at < line.Length && line[at] == ' ') at++;
        var start = 0;
        while (start < dash && line[start] == ' ') start++;
        (prefix.Comm, prefix.ProcessId, prefix.ThreadGroupId, prefix.Cpu) = (start..dash, (int)pid, group, (int)cpu);
        (prefix.Context, prefix.HasTime, prefix.Body) = (context, true, at);
        return true;
    }

    /// <summary><c>"%8.8s-%-7d %3d" flags " %4lluus%c: "</c>, the letter after <c>us</c> marking long delays.</summary>
    private static bool TryLatency(ReadOnlySpan<byte> line, int contextColumn, ref LineStart prefix)
    {
        prefix.Prefix = LinePrefix.Latency;
        // The name is cut to eight bytes, so the dash has a fixed place; a stripped line may have it earlier.
        var dash = line.Length > 8 && line[8] == '-' ? 8 : line[..Math.Min(line.Length, 9)].LastIndexOf((byte)'-');
        if (dash < 0) return false;
        var at = dash + 1;
        if (!TakeNumber(line, ref at, out var pid)) return false;
        if (at >= line.Length || line[at] != ' ') return false;
        while (at < line.Length && line[at] == ' ') at++;
        if (!TakeNumber(line, ref at, out var cpu) || cpu > 65_535) return false;
        var flags = at;
        while (at < line.Length && line[at] != ' ') at++;
        // Without irq-info there are no flags, and what was taken for the CPU could be anything: ask for them.
        if (at - flags is < 3 or > 12 || flags + contextColumn >= at) return false;
        while (at < line.Length && line[at] == ' ') at++;
        if (!TakeNumber(line, ref at, out var time)) return false;
        var micro = line[at..].StartsWith("us"u8);
        if (micro) at += 2;
        if (at + 1 < line.Length && line[at] != ':') at++;
        if (at + 1 >= line.Length || line[at] != ':' || line[at + 1] != ' ') return false;
        var start = 0;
        while (start < dash && line[start] == ' ') start++;
        (prefix.Comm, prefix.ProcessId, prefix.Cpu) = (start..dash, (int)pid, (int)cpu);
        (prefix.Context, prefix.Time, prefix.HasTime, prefix.IsCount) = (ContextOf(line[flags + contextColumn]), micro ? time * 1000 : time, true, !micro);
        prefix.Body = at + 2;
        return true;
    }

    /// <summary><c>"%16s %7d %3d %d %08x %08lx [%08llx] %ld.%03ldms (+%ld.%03ldms): "</c>, flags as the number they are in the kernel.</summary>
    private static bool TryVerbose(ReadOnlySpan<byte> line, ref LineStart prefix)
    {
        prefix.Prefix = LinePrefix.Verbose;
        var bracket = line.IndexOf(" ["u8);
        while (bracket >= 0)
        {
            if (TryVerboseAt(line, bracket + 1, ref prefix)) return true;
            var next = line[(bracket + 1)..].IndexOf(" ["u8);
            bracket = next < 0 ? -1 : bracket + 1 + next;
        }
        return false;
    }

    private static bool TryVerboseAt(ReadOnlySpan<byte> line, int bracket, ref LineStart prefix)
    {
        var left = line[..bracket];
        if (!TakeLast(ref left, true, out _) || !TakeLast(ref left, true, out _) || !TakeLast(ref left, false, out var flags)
            || !TakeLast(ref left, false, out var cpu) || !TakeLast(ref left, false, out var pid) || cpu > 65_535 || pid > int.MaxValue) return false;
        var comm = left.TrimEnd((byte)' ').Length;
        var at = bracket + 1;
        while (at < line.Length && line[at] != ']') at++;
        at += 2;
        if (at >= line.Length || !TakeNumber(line, ref at, out var milli)) return false;
        long nano = 0;
        if (at < line.Length && line[at] == '.')
        {
            at++;
            if (!TakeNumber(line, ref at, out var micro)) return false;
            nano = micro * 1000;
        }
        if (at + 2 > line.Length || !line[at..].StartsWith("ms ("u8)) return false;
        var end = line[at..].IndexOf("): "u8);
        if (end < 0) return false;
        var start = 0;
        while (start < comm && line[start] == ' ') start++;
        (prefix.Comm, prefix.ProcessId, prefix.Cpu) = (start..comm, (int)pid, (int)cpu);
        // enum trace_flag_type in include/linux/trace_events.h: HARDIRQ 0x08, SOFTIRQ 0x10, NMI 0x40.
        prefix.Context = (flags & 0x40) != 0 ? ExecutionContext.Nmi : (flags & 0x08) != 0 ? ExecutionContext.HardIrq
            : (flags & 0x10) != 0 ? ExecutionContext.SoftIrq : ExecutionContext.Task;
        (prefix.Time, prefix.HasTime, prefix.Body) = (milli * 1_000_000 + nano, true, at + end + 3);
        return true;
    }

    /// <summary>Raw: <c>pid cpu time ip parent</c>; hex: the same in fixed-width hexadecimal. Both name functions by address only.</summary>
    private static bool TryNumbers(ReadOnlySpan<byte> line, LinePrefix kind, ref LineStart prefix)
    {
        prefix.Prefix = kind;
        var hex = kind == LinePrefix.Hex;
        var at = 0;
        if (!Take(line, ref at, out var pid, out var width) || (hex ? width != 8 : width > 7) || pid > int.MaxValue) return false;
        if (!Take(line, ref at, out var cpu, out width) || (hex ? width != 8 : width > 5) || cpu > 65_535) return false;
        if (!Take(line, ref at, out var time, out width) || (hex && width != 16)) return false;
        (prefix.ProcessId, prefix.Cpu, prefix.Time, prefix.HasTime, prefix.Body) = ((int)pid, (int)cpu, (long)time, true, at);
        return true;

        bool Take(ReadOnlySpan<byte> text, ref int from, out ulong value, out int digits)
        {
            var ok = Utf8Parser.TryParse(text[from..], out value, out digits, hex ? 'x' : 'D') && from + digits < text.Length && text[from + digits] == ' ';
            from += digits + 1;
            return ok;
        }
    }

    private static bool TryNone(ReadOnlySpan<byte> line, ref LineStart prefix)
    {
        prefix.Prefix = LinePrefix.None;
        return line[0] != ' ' && line[0] != '#';
    }

    /// <summary>What stands after the prefix: a call, another event, or neither.</summary>
    /// <param name="body">The rest of the line.</param>
    /// <param name="prefix">How the line began.</param>
    /// <param name="callersExpected">A call without a caller is damage in this text, not option noprint-parent.</param>
    /// <param name="function">The function's spelling.</param>
    /// <param name="caller">The caller's spelling, empty when it is not printed.</param>
    /// <param name="kind">The event's name.</param>
    private static Body ReadBody(ReadOnlySpan<byte> body, LinePrefix prefix, bool callersExpected, out ReadOnlySpan<byte> function, out ReadOnlySpan<byte> caller, out ReadOnlySpan<byte> kind)
    {
        function = caller = kind = default;
        if (prefix is LinePrefix.Raw or LinePrefix.Hex) return ReadAddresses(body, out function, out caller);
        if (body.IsEmpty) return Body.None;
        if (body[0] == '<')
        {
            kind = body.StartsWith("<stack trace>"u8) ? "kernel_stack"u8 : body.StartsWith("<user stack trace>"u8) ? "user_stack"u8 : default;
            return kind.IsEmpty ? Body.None : Body.Event;
        }
        if (body.StartsWith("# "u8))
        {
            kind = "raw_data"u8;
            return Body.Event;
        }
        var end = body.IndexOfAny((byte)' ', (byte)'(');
        var name = end < 0 ? body : body[..end];
        if (name.Length > 1 && name[^1] == ':')
        {
            kind = name[..^1];
            return Body.Event;
        }
        if (!IsName(name)) return Body.None;
        var arrow = body.LastIndexOf(" <-"u8);
        if (arrow < 0)
        {
            // Syscall events have a form of their own: "sys_write(fd: 3, …" and "sys_write -> 0x3" (trace_syscalls.c).
            if (name.StartsWith("sys_"u8) && end >= 0 && (body[end] == '(' || body[end..].StartsWith(" -> "u8)))
            {
                kind = body[end] == '(' ? "sys_enter"u8 : "sys_exit"u8;
                return Body.Event;
            }
            if (callersExpected) return Body.None;
            // Option noprint-parent. The name may still have its module, its address and its arguments.
            function = WithoutArguments(body, name);
            return function.IsEmpty ? Body.None : Body.Call;
        }
        function = WithoutArguments(body[..arrow], name);
        caller = body[(arrow + 3)..];
        if (function.IsEmpty || caller.IsEmpty) return Body.None;
        if (caller[^1] == ')' && caller.IndexOf(" (repeats: "u8) > 0)
        {
            kind = "func_repeats"u8;
            return Body.Event;
        }
        caller = caller.TrimEnd((byte)' ');
        return IsName(caller[..(caller.IndexOf((byte)' ') is > 0 and var space ? space : caller.Length)]) ? Body.Call : Body.None;
    }

    /// <summary>
    /// The function's spelling: its name, and its module and address if it has them. Arguments (option func-args) follow
    /// it in parentheses and are no part of it. Empty when something else stands there.
    /// </summary>
    private static ReadOnlySpan<byte> WithoutArguments(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        text = text.TrimEnd((byte)' ');
        var end = name.Length;
        while (end < text.Length)
        {
            var rest = text[end..];
            if (rest[0] == '(') return rest[^1] == ')' ? text[..end] : default;
            var close = rest.StartsWith(" ["u8) ? rest.IndexOf((byte)']') : rest.StartsWith(" <"u8) ? rest.IndexOf((byte)'>') : -1;
            if (close < 0) return default;
            end += close + 1;
        }
        return text;
    }

    /// <summary>Addresses of the function and its caller, as names: <c>0xffffffffac146800</c>.</summary>
    private static Body ReadAddresses(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> function, out ReadOnlySpan<byte> caller)
    {
        body = body.TrimEnd((byte)' ');
        var space = body.IndexOf((byte)' ');
        function = caller = default;
        if (space < 8 || !Utf8Parser.TryParse(body, out ulong _, out var used, 'x') || used != space) return Body.None;
        var second = body[(space + 1)..];
        if (!Utf8Parser.TryParse(second, out ulong _, out used, 'x') || used != second.Length || used < 8) return Body.None;
        function = (byte[])[.. "0x"u8, .. body[..space]];
        caller = (byte[])[.. "0x"u8, .. second];
        return Body.Call;
    }

    /// <summary>A C identifier, with what compilers and <c>sym-offset</c> add: <c>finish_task_switch.isra.0+0x8c/0x2a0</c>, or a bare address.</summary>
    private static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > 1024) return false;
        foreach (var c in name)
            if (!(char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'.' or (byte)'$' or (byte)'+' or (byte)'/' or (byte)'-' or (byte)'@' or (byte)':' || c >= 0x80))
                return false;
        return name[^1] != ':';
    }

    /// <summary><c>CPU:2 [LOST 1305 EVENTS]</c>, without a number where the kernel does not know it.</summary>
    private static bool ParseLost(ReadOnlySpan<byte> line, TraceStatistics statistics)
    {
        var at = 4;
        if (!TakeNumber(line, ref at, out var cpu) || cpu > 65_535 || !line[at..].StartsWith(" [LOST "u8)) return false;
        at += 7;
        if (line[at..].StartsWith("EVENTS]"u8))
        {
            statistics.Warn($"events were lost on CPU {cpu}, but the recording does not tell how many");
            return true;
        }
        if (!TakeNumber(line, ref at, out var lost) || !line[at..].StartsWith(" EVENTS]"u8)) return false;
        statistics.Lost((int)cpu, lost);
        return true;
    }

    private static string Why(ReadOnlySpan<byte> line)
        => line.Length < Dash ? "too short for a line of the trace" : line.IndexOf(" <-"u8) >= 0 ? "a call whose beginning is damaged" : "no line of the trace";

    /// <summary>See <c>trace_print_lat_fmt</c> in <c>kernel/trace/trace_output.c</c>.</summary>
    private static ExecutionContext ContextOf(byte letter) => letter switch
    {
        (byte)'.' => ExecutionContext.Task,
        (byte)'s' => ExecutionContext.SoftIrq,
        (byte)'h' or (byte)'H' => ExecutionContext.HardIrq,
        (byte)'z' or (byte)'Z' => ExecutionContext.Nmi,
        _ => ExecutionContext.Unknown,
    };

    private int Task(ReadOnlySpan<byte> printed)
    {
        if (_lastTaskLength == printed.Length && printed.SequenceEqual(_lastTask.AsSpan(0, _lastTaskLength))) return _lastTaskId;
        printed.CopyTo(_lastTask);
        _lastTaskLength = printed.Length;
        var at = Dash + 1;
        TakeNumber(printed, ref at, out var pid);
        int? group = null;
        if (printed.Length > Bracket && printed[Bracket] == '(' && TryNumber(printed[(Bracket + 1)..^2].Trim((byte)' '), out var tgid)) group = (int)tgid;
        return _lastTaskId = _names.Task(printed[..Dash].TrimStart((byte)' '), (int)pid, group);
    }

    private string Kind(ReadOnlySpan<byte> kind)
    {
        kind = kind[..Math.Min(kind.Length, 100)];
        Span<char> chars = stackalloc char[kind.Length];
        var count = Encoding.UTF8.GetChars(kind, chars);
        if (_kindsByChars.TryGetValue(chars[..count], out var known)) return known;
        var text = new string(chars[..count]);
        if (_kinds.Count < 1000) _kinds.Add(text, text);
        return text;
    }

    /// <summary>Reads <c>12.345678</c> or <c>12345</c>; returns how many bytes it took, 0 when it is neither.</summary>
    private static int ReadTime(ReadOnlySpan<byte> text, out long time, out bool isCount)
    {
        var at = 0;
        isCount = true;
        if (!TakeNumber(text, ref at, out time)) return 0;
        if (at >= text.Length || text[at] != '.') return at;
        isCount = false;
        var point = at++;
        if (!TakeNumber(text, ref at, out var fraction) || at - point - 1 > 9) return 0;
        for (var digits = at - point - 1; digits < 9; digits++) fraction *= 10;
        time = time * 1_000_000_000 + fraction;
        return at;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long value)
    {
        var at = 0;
        return TakeNumber(text, ref at, out value) && at == text.Length;
    }

    private static bool TakeNumber(ReadOnlySpan<byte> text, ref int at, out long value)
    {
        value = 0;
        var start = at;
        for (; at < text.Length && (uint)(text[at] - '0') < 10 && at - start < 18; at++) value = value * 10 + text[at] - '0';
        return at > start;
    }

    /// <summary>Takes the last number off a text.</summary>
    private static bool TakeLast(ref ReadOnlySpan<byte> text, bool hex, out ulong value)
    {
        text = text.TrimEnd((byte)' ');
        var space = text.LastIndexOf((byte)' ');
        var word = text[(space + 1)..];
        var ok = Utf8Parser.TryParse(word, out value, out var used, hex ? 'x' : 'D') && used == word.Length && space > 0;
        text = space > 0 ? text[..space] : default;
        return ok;
    }
}
