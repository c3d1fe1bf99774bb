using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads single lines of function_graph text, from left to right, column by column, as the kernel prints them.
/// Task names are the tasks' own choice, so no byte of them is taken for a separator: the column's width is known.
/// </summary>
/// <remarks><c>print_graph_prologue</c>, <c>print_graph_entry_leaf</c>, <c>print_graph_entry_nested</c>, <c>print_graph_return</c>
/// and <c>print_graph_irq</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
internal sealed class FunctionGraphLineParser(FunctionGraphColumns columns, CallNames names)
{
    /// <summary>The kernel's own stack of return addresses has room for less (<c>SHADOW_STACK_SIZE</c> in <c>kernel/trace/fgraph.c</c>).</summary>
    public const int DeepestCall = 1000;

    /// <summary><c>TRACE_GRAPH_PROCINFO_LENGTH</c>.</summary>
    private const int TaskWidth = 14;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    private const int MostCpus = 65_536;
    private const ulong Spaces = 0x2020202020202020;

    private readonly bool _absolute = columns.HasFlag(FunctionGraphColumns.AbsoluteTime);
    private readonly bool _relative = columns.HasFlag(FunctionGraphColumns.RelativeTime);
    private readonly bool _cpu = columns.HasFlag(FunctionGraphColumns.Cpu);
    private readonly bool _task = columns.HasFlag(FunctionGraphColumns.Task);
    private readonly bool _flags = columns.HasFlag(FunctionGraphColumns.Flags);
    private readonly bool _duration = columns.HasFlag(FunctionGraphColumns.Duration);

    // Names are looked up in a table of this thread first: what is in it has been looked at closely once.
    private readonly ByteInterner _functions = new();
    private readonly TaskEntry[] _tasks = new TaskEntry[64];

    private readonly HashSet<string> _kinds = [];

    // Where the last line had its decimal point, and the whole seconds before it: the next line has nearly always the same.
    private int _point;
    private ulong _secondsText;
    private long _seconds;

    private struct TaskEntry
    {
        public ulong Low;
        public ulong High;
        public int Task;
    }

    private int _eventFrom;

    /// <summary>Whether the line read last was an event of another kind.</summary>
    public bool IsEvent { get; private set; }

    /// <summary>The kind of the event in the line read last.</summary>
    /// <remarks><c>print_graph_comment</c> prints messages without any name (<c>print</c>), and system calls print themselves
    /// (<c>print_syscall_enter</c> and <c>print_syscall_exit</c> in <c>kernel/trace/trace_syscalls.c</c>).</remarks>
    public string EventKind(ReadOnlySpan<byte> line)
    {
        var text = line[_eventFrom..];
        var name = text.IndexOfAnyExcept(NameBytes);
        if (name is <= 0 or > 100) return "print";
        var rest = text[name..];
        if (rest[0] == ':') return Kind(text[..name], default);
        if (!text.StartsWith("sys_"u8)) return "print";
        return rest[0] == '(' ? Kind("sys_enter_"u8, text[4..name]) : rest.StartsWith(" -> "u8) ? Kind("sys_exit_"u8, text[4..name]) : "print";
    }

    /// <summary>The same string each time for the same bytes.</summary>
    private string Kind(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        Span<char> text = stackalloc char[128];
        var length = Encoding.ASCII.GetChars(start, text);
        length += Encoding.ASCII.GetChars(end, text[length..]);
        var known = _kinds.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text[..length], out var kind)) return kind;
        kind = text[..length].ToString();
        if (_kinds.Count < 10_000) _kinds.Add(kind);
        return kind;
    }

    /// <summary>Whether the line read last, in vain, ends inside its task column, as one does whose task's name holds a newline.</summary>
    public bool EndsInTask { get; private set; }

    /// <summary>Whether the line read last had a time.</summary>
    public bool HasTime => _absolute;

    /// <summary>Reads a call, a closing brace, an interrupt mark or an event. False: the line is none of them under these columns.</summary>
    public bool TryCall(ReadOnlySpan<byte> line, out FunctionGraphToken token)
    {
        Unsafe.SkipInit(out token);
        EndsInTask = false;
        IsEvent = false;
        var at = 0;
        token.Time = 0;
        token.Cpu = -1;
        token.Task = 0;
        token.Other = 0;
        token.Context = ExecutionContext.Unknown;
        token.Duration = CallRecord.NoDuration;
        if (_absolute && !AbsoluteTime(line, ref at, out token.Time)) return false;
        if (_relative && !RelativeTime(line, ref at)) return false;
        if (_cpu && !Cpu(line, ref at, out token.Cpu)) return false;
        if (_task && !Task(line, ref at, " | "u8, out token.Task)) return false;
        if (_flags && !Flags(line, ref at, out token.Context)) return false;
        if (_duration && !Duration(line, ref at, ref token)) return Mark(line[at..], ref token);
        return Call(line, at, ref token);
    }

    /// <summary>A line that tells of no call: blank, header, lost events, task switch, overruns, stack.</summary>
    public static bool IsAside(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \r"u8);
        return line.IsEmpty || line[0] == '#' || IsRule(line) || IsLost(line, out _, out _) || line.StartsWith(" => "u8)
            || line.StartsWith(" (Overruns: "u8) || line.EndsWith("<stack trace>"u8) || line.EndsWith("<user stack trace>"u8)
            || line.IndexOf(" => "u8) > 0;
    }

    /// <summary><c> ------------------------------------------</c></summary>
    public static bool IsRule(ReadOnlySpan<byte> line)
        => line.Length > 8 && line[0] == ' ' && line[1..].IndexOfAnyExcept((byte)'-') < 0;

    /// <summary><c>CPU:1 [LOST 123 EVENTS]</c>; without a number where the kernel does not know it (-1).</summary>
    /// <remarks><c>print_trace_line</c> in <c>kernel/trace/trace.c</c>.</remarks>
    public static bool IsLost(ReadOnlySpan<byte> line, out int cpu, out long events)
    {
        (cpu, events) = (-1, -1);
        if (!line.StartsWith("CPU:"u8)) return false;
        var at = 4;
        if (!Number(line, ref at, out var number) || number >= MostCpus) return false;
        cpu = (int)number;
        var rest = line[at..];
        if (rest.SequenceEqual(" [LOST EVENTS]"u8)) return true;
        if (!rest.StartsWith(" [LOST "u8)) return false;
        at += 7;
        return Number(line, ref at, out events) && line[at..].SequenceEqual(" EVENTS]"u8);
    }

    /// <summary><c> 1)  taskA-12     =>   taskB-34   </c></summary>
    public bool TrySwitch(ReadOnlySpan<byte> line, ref FunctionGraphToken token)
    {
        var at = 0;
        if (!Cpu(line, ref at, out token.Cpu)) return false;
        if (!Task(line, ref at, " => "u8, out token.Other)) return false;
        return Task(line, ref at, default, out token.Task);
    }

    private bool AbsoluteTime(ReadOnlySpan<byte> line, ref int at, out long time)
    {
        time = 0;
        var point = _point;
        if ((uint)(point + 11) >= (uint)line.Length || line[point] != '.' || line[point + 8] != '|' || line[point + 7] != ' ')
        {
            point = line[..Math.Min(line.Length, 24)].IndexOf((byte)'.');
            if (point < 1 || point + 11 > line.Length || line[point + 7] != ' ' || line[point + 8] != '|') return false;
        }
        if (line[point + 9] != ' ' || line[point + 10] != ' ') return false;
        var text = point >= 8 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(line) << (64 - (point * 8));
        if (text == 0 || point != _point || text != _secondsText)
        {
            var digits = 0;
            while (line[digits] == ' ') digits++;
            if (!Number(line, ref digits, out var seconds) || digits != point || seconds > long.MaxValue / 2_000_000_000) return false;
            (_point, _secondsText, _seconds) = (point, text, seconds);
        }
        // Six digits and the two bytes after them, which become the leading zeros of eight digits.
        var micros = (BinaryPrimitives.ReadUInt64LittleEndian(line[(point + 1)..]) << 16) | 0x3030;
        if (((micros & 0xF0F0F0F0F0F0F0F0) | (((micros + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) != 0x3333333333333333) return false;
        micros -= 0x3030303030303030;
        micros = (micros * 10) + (micros >> 8);
        micros = (((micros & 0x000000FF000000FF) * 0x000F424000000064) + (((micros >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
        time = (_seconds * 1_000_000_000) + ((long)(uint)micros * 1000);
        at = point + 11;
        return true;
    }

    private static bool RelativeTime(ReadOnlySpan<byte> line, ref int at)
    {
        while ((uint)at < (uint)line.Length && line[at] == ' ') at++;
        if (!Number(line, ref at, out _) || !line[at..].StartsWith(" us |  "u8)) return false;
        at += 7;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Cpu(ReadOnlySpan<byte> line, ref int at, out int cpu)
    {
        cpu = -1;
        var i = at;
        if ((uint)i >= (uint)line.Length || line[i] != ' ') return false;
        do i++;
        while ((uint)i < (uint)line.Length && line[i] == ' ');
        if (!Number(line, ref i, out var number) || number >= MostCpus) return false;
        if ((uint)(i + 1) >= (uint)line.Length || line[i] != ')' || line[i + 1] != ' ') return false;
        cpu = (int)number;
        at = i + 2;
        return true;
    }

    /// <summary><c>comm-pid</c>, at most seven bytes of the comm, centred in fourteen; longer only when the pid is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Task(ReadOnlySpan<byte> line, ref int at, ReadOnlySpan<byte> end, out int task)
    {
        if (end.Length == 3 && at + TaskWidth + 3 <= line.Length && line[at + TaskWidth] == ' ' && line[at + TaskWidth + 1] == '|' && line[at + TaskWidth + 2] == ' ')
        {
            var field = line.Slice(at, TaskWidth);
            var low = BinaryPrimitives.ReadUInt64LittleEndian(field);
            var high = BinaryPrimitives.ReadUInt64LittleEndian(field[(TaskWidth - 8)..]);
            ref var entry = ref _tasks[(int)(((low ^ (high * 31)) * 0x9E3779B97F4A7C15) >> 58)];
            if (entry.Low == low && entry.High == high && entry.Task != 0)
            {
                task = entry.Task;
                at += TaskWidth + 3;
                return true;
            }
            if (TaskOf(field, out task))
            {
                entry = new TaskEntry { Low = low, High = high, Task = task };
                at += TaskWidth + 3;
                return true;
            }
        }
        return SlowTask(line, ref at, end, out task);
    }

    private bool SlowTask(ReadOnlySpan<byte> line, ref int at, ReadOnlySpan<byte> end, out int task)
    {
        task = 0;
        if (line.Length < at + TaskWidth + end.Length && (end.IsEmpty || line[at..].IndexOf(end) < 0)) EndsInTask = true;
        for (var width = TaskWidth; width <= TaskWidth + 5 && at + width + end.Length <= line.Length; width++)
        {
            if (end.IsEmpty ? at + width < line.TrimEnd((byte)'\r').Length : !line[(at + width)..].StartsWith(end)) continue;
            if (!TaskOf(line.Slice(at, width), out task)) continue;
            at += width + end.Length;
            return true;
        }
        return false;
    }

    private bool TaskOf(ReadOnlySpan<byte> field, out int task)
    {
        task = 0;
        var right = field.Length;
        while (right > 0 && field[right - 1] == ' ') right--;
        var dash = field[..right].LastIndexOf((byte)'-');
        var at = dash + 1;
        if (dash < 0 || !Number(field[..right], ref at, out var pid) || at != right || pid > int.MaxValue) return false;
        // The kernel puts half of the spaces, rounded down, on the left: the comm's own leading spaces are not among them.
        var padding = field.Length - right;
        var left = 0;
        while (left < padding && left < dash && field[left] == ' ') left++;
        if (left < padding - 1 || dash - left > 15) return false;
        task = names.Task(field[left..dash], (int)pid);
        return true;
    }

    private static bool Flags(ReadOnlySpan<byte> line, ref int at, out ExecutionContext context)
    {
        context = ExecutionContext.Unknown;
        if (at >= line.Length || line[at] != ' ') return false;
        var end = line[(at + 1)..Math.Min(line.Length, at + 12)].IndexOf(" | "u8);
        if (end is < 3 or > 8) return false;
        var flags = line.Slice(at + 1, end);
        context = ExecutionContext.Task;
        foreach (var flag in flags)
        {
            if (flag == ' ') return false;
            if (flag is (byte)'h' or (byte)'H') context = ExecutionContext.HardIrq;
            else if (flag == 's') context = ExecutionContext.SoftIrq;
            else if (flag is (byte)'z' or (byte)'Z') context = ExecutionContext.Nmi;
        }
        at += end + 4;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Duration(ReadOnlySpan<byte> line, ref int at, ref FunctionGraphToken token)
    {
        var i = at;
        if (i + 17 > line.Length) return false;
        if (BinaryPrimitives.ReadUInt64LittleEndian(line[i..]) == Spaces)
        {
            // Fourteen spaces: an opening, or an event.
            if (BinaryPrimitives.ReadUInt64LittleEndian(line[(i + 6)..]) != Spaces || line[i + 14] != '|' || line[i + 15] != ' ' || line[i + 16] != ' ') return false;
            at = i + 17;
            return true;
        }
        // A mark for long ones (trace_find_mark), a space, and the duration from the left: at most seven digits with a
        // decimal point, so long ones lose decimals.
        if (line[i + 1] != ' ') return false;
        i += 2;
        if (!Number(line, ref i, out var duration)) return false;
        var decimals = 0;
        if ((uint)i < (uint)line.Length && line[i] == '.')
        {
            for (i++; (uint)i < (uint)line.Length && (uint)(line[i] - '0') <= 9 && decimals < 3; i++, decimals++)
                duration = (duration * 10) + (line[i] - '0');
        }
        for (; decimals < 3; decimals++) duration *= 10;
        if (duration < 0 || i + 5 > line.Length || line[i] != ' ' || line[i + 1] != 'u' || line[i + 2] != 's' || line[i + 3] != ' ') return false;
        i += 4;
        while ((uint)i < (uint)line.Length && line[i] == ' ') i++;
        if (i + 3 > line.Length || line[i] != '|' || line[i + 1] != ' ' || line[i + 2] != ' ') return false;
        token.Duration = duration;
        at = i + 3;
        return true;
    }

    /// <summary><c>  ==========> |</c> and <c>  &lt;========== |</c>: a function in the interrupt entry code begins or has ended.</summary>
    private static bool Mark(ReadOnlySpan<byte> rest, ref FunctionGraphToken token)
    {
        rest = rest.Trim(" |\r"u8);
        token.Depth = 0;
        token.Kind = rest.SequenceEqual("==========>"u8) ? FunctionGraphTokenKind.Interrupt : FunctionGraphTokenKind.Aside;
        return token.Kind == FunctionGraphTokenKind.Interrupt || rest.SequenceEqual("<=========="u8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Call(ReadOnlySpan<byte> line, int at, ref FunctionGraphToken token)
    {
        var from = at;
        while (from + 8 <= line.Length)
        {
            var rest = BinaryPrimitives.ReadUInt64LittleEndian(line[from..]) ^ Spaces;
            if (rest != 0)
            {
                from += BitOperations.TrailingZeroCount(rest) >> 3;
                break;
            }
            from += 8;
        }
        while ((uint)from < (uint)line.Length && line[from] == ' ') from++;
        var indent = from - at;
        if (from >= line.Length || indent > DeepestCall * 2) return false;
        token.Depth = (short)(indent >> 1);
        var text = line[from..];
        if (text[0] == '}') return (indent & 1) == 0 && Close(text, ref token);
        if (text[0] is (byte)'/' or (byte)'=' or (byte)'<') return Other(line, from, ref token);
        if ((indent & 1) != 0) return false;
        ReadOnlySpan<byte> name;
        if (text.EndsWith("();"u8) && (_duration ? token.Duration >= 0 : true))
        {
            token.Kind = FunctionGraphTokenKind.Leaf;
            name = text[..^3];
        }
        else if (text.EndsWith("() {"u8))
        {
            token.Kind = FunctionGraphTokenKind.Open;
            name = text[..^4];
        }
        else
        {
            return LongCall(text, ref token);
        }
        return Name(name, out token.Function);
    }

    /// <summary>With arguments, and a comment that tells the return address or the value returned.</summary>
    private bool LongCall(ReadOnlySpan<byte> text, ref FunctionGraphToken token)
    {
        var comment = ReadOnlySpan<byte>.Empty;
        if (text.EndsWith(" */"u8) && text.LastIndexOf(" /* "u8) is > 0 and var start && start + 4 <= text.Length - 3)
        {
            comment = text[(start + 4)..^3];
            text = text[..start];
        }
        if (text.EndsWith(");"u8)) token.Kind = FunctionGraphTokenKind.Leaf;
        else if (text.EndsWith(") {"u8)) token.Kind = FunctionGraphTokenKind.Open;
        else return false;
        if (_duration && (token.Kind == FunctionGraphTokenKind.Leaf) != (token.Duration >= 0)) return false;
        var name = text.IndexOf((byte)'(');
        if (name <= 0 || !Name(text[..name], out token.Function)) return false;
        if (comment.StartsWith("<-"u8))
        {
            var caller = comment[2..];
            if (caller.LastIndexOf(" ret="u8) is > 0 and var value) caller = caller[..value];
            if (!caller.IsEmpty) token.Other = names.Function(caller);
        }
        return true;
    }

    private bool Close(ReadOnlySpan<byte> text, ref FunctionGraphToken token)
    {
        token.Kind = FunctionGraphTokenKind.Close;
        token.Function = 0;
        if (text.Length == 1) return !_duration || token.Duration >= 0;
        if ((_duration && token.Duration < 0) || !text.StartsWith("} /* "u8) || !text.EndsWith(" */"u8) || text.Length <= 8) return false;
        var name = text[5..^3];
        if (name.LastIndexOf(" ret="u8) is > 0 and var value) name = name[..value];
        return Name(name, out token.Function);
    }

    /// <summary>An event of another kind, or an interrupt mark where there is no duration column.</summary>
    private bool Other(ReadOnlySpan<byte> line, int from, ref FunctionGraphToken token)
    {
        var text = line[from..];
        if (!text.StartsWith("/* "u8)) return Mark(text, ref token);
        IsEvent = true;
        token.Kind = text.Length > 5 && text.EndsWith(" */"u8) ? FunctionGraphTokenKind.Aside : FunctionGraphTokenKind.OpenEvent;
        _eventFrom = from + 3;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Name(ReadOnlySpan<byte> name, out int function)
    {
        function = _functions.Find(name);
        return function != 0 || NewName(name, out function);
    }

    private bool NewName(ReadOnlySpan<byte> name, out int function)
    {
        function = 0;
        var bare = name is [.., (byte)']'] && name.LastIndexOf(" ["u8) is > 0 and var module ? name[..module] : name;
        if (bare.IsEmpty) return false;
        foreach (var letter in name)
            if (letter < ' ' || letter is (byte)'(' or (byte)')' or (byte)';' or (byte)'{' or (byte)'}' or (byte)'|')
                return false;
        if (bare.IndexOf((byte)' ') >= 0) return false;
        var id = names.Function(name);
        function = _functions.GetOrAdd(name, _ => id);
        return true;
    }

    /// <summary>Decimal digits; false when there is none, or more than fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Number(ReadOnlySpan<byte> text, ref int at, out long number)
    {
        number = 0;
        var from = at;
        uint digit;
        while ((uint)at < (uint)text.Length && (digit = (uint)(text[at] - '0')) <= 9)
        {
            number = (number * 10) + digit;
            at++;
        }
        return at > from && at - from <= 15;
    }
}
