using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes every call as a line, in time order, while the recording is read. What repeats (functions, tasks) is turned into
/// bytes once; a line is then a few copies and three numbers, and nothing is allocated for it.
/// </summary>
/// <remarks>
/// Columns, in this order: time, cpu, pid, tgid, comm, context, function, module, caller, callerModule, sourceFile, sourceLine, duration
/// (microseconds), depth. What is not known is empty, or null in JSON.
/// </remarks>
public sealed class CallListing : CallSink
{
    private const int BufferSize = 1 << 18;

    private readonly Stream _output;
    private readonly ReportFormat _format;
    private readonly ReportStyle _style;
    private readonly long _limit;
    private readonly Skeleton _skeleton;
    private readonly byte[][] _contexts;

    private byte[] _buffer = new byte[BufferSize];
    private int _at;
    private CallNames? _names;
    private TraceSource? _source;
    private Piece[] _functions = [];
    private byte[]?[] _tasks = [];
    private byte[] _beforeTime;
    private bool _isFirst = true;
    private bool _counts;
    private bool _nanoseconds;

    // The seconds of the line before: they change rarely.
    private readonly byte[] _seconds = new byte[24];
    private int _secondsLength;
    private long _secondsOf = -1;

    /// <summary>What a function looks like in each place it can stand.</summary>
    private struct Piece
    {
        public byte[]? AsFunction;
        public byte[]? AsCaller;
        public byte[]? Source;
    }

    /// <summary>The bytes around the values.</summary>
    private sealed record Skeleton(byte[] Start, byte[] BeforeCpu, byte[] BeforeDepth, byte[] End, byte[] Nothing);

    /// <summary>Makes a writer.</summary>
    /// <param name="output">Takes UTF-8; is not closed.</param>
    /// <param name="format">The format.</param>
    /// <param name="style">Where it goes.</param>
    /// <param name="limit">Writes at most so many calls.</param>
    public CallListing(Stream output, ReportFormat format, ReportStyle style = default, long limit = long.MaxValue)
    {
        (_output, _format, _style, _limit) = (output, format, style, limit);
        _skeleton = format switch
        {
            ReportFormat.Csv => new([], ","u8.ToArray(), ","u8.ToArray(), "\r\n"u8.ToArray(), []),
            ReportFormat.Table => new([], " "u8.ToArray(), [], "\n"u8.ToArray(), []),
            _ => new("{\"time\":"u8.ToArray(), ",\"cpu\":"u8.ToArray(), ",\"depth\":"u8.ToArray(), format == ReportFormat.Json ? "}"u8.ToArray() : "}\n"u8.ToArray(), "null"u8.ToArray()),
        };
        _beforeTime = format == ReportFormat.Json ? [(byte)'[', (byte)'\n', .. _skeleton.Start] : _skeleton.Start;
        _contexts = [.. Enum.GetValues<ExecutionContext>().Select(c => Encoding.UTF8.GetBytes(format == ReportFormat.Table ? $"{c,-8}" : c.ToString()))];
        if (format == ReportFormat.Csv) Put("time,cpu,pid,tgid,comm,context,function,module,caller,callerModule,sourceFile,sourceLine,duration,depth\r\n"u8);
        if (format != ReportFormat.Table) return;
        if (style.Colour) Put("\e[1m"u8);
        Put(Encoding.UTF8.GetBytes($"{"Time",20} {"CPU",4}  {"Comm",-16} {"Pid",7}  {"Context",-8}  Function\n{"----",20} {"---",4}  {"----",-16} {"---",7}  {"-------",-8}  --------\n"));
        if (style.Colour) Put("\e[0m"u8);
    }

    /// <summary>Calls written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Whether no more calls will be written.</summary>
    public bool IsFull => Written >= _limit;

    /// <summary>Called once when <see cref="IsFull"/> becomes true: the reading may end.</summary>
    public Action? Full { get; init; }

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.All;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        (_source, _names) = (context.Source, context.Names);
        _functions = new Piece[1024];
        _tasks = new byte[64][];
        _secondsOf = -1;
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        // What timestamps count, a reader may only know once it has begun to read.
        _counts = _source!.ClockUnit == ClockUnit.Counts;
        _nanoseconds = _source.Format == "trace.dat";
        if (IsFull) return;
        if (calls.Length > _limit - Written) calls = calls[..(int)(_limit - Written)];
        foreach (ref readonly var call in calls) Line(in call);
        Written += calls.Length;
        if (IsFull) Full?.Invoke();
    }

    /// <summary>Writes what is left. Nothing may be given afterwards.</summary>
    public void Finish()
    {
        if (_format == ReportFormat.Json) Put(Written == 0 ? "[]\n"u8 : "\n]\n"u8);
        Flush();
        _output.Flush();
    }

    private void Line(in CallRecord call)
    {
        var task = Task(call.Task);
        ref var function = ref Function(call.Function);
        var caller = (call.Caller == call.Function ? function : Function(call.Caller)).AsCaller!;
        // Function may have moved the pieces to a larger array: take this one anew.
        function = ref _functions[call.Function];
        var needed = task.Length + function.AsFunction!.Length + caller.Length + function.Source!.Length + 256;
        if (_buffer.Length - _at < needed) MakeRoom(needed);

        var to = _buffer.AsSpan(_at);
        var at = Copy(_beforeTime, to);
        at += Time(call.Time, to[at..]);
        at += Copy(_skeleton.BeforeCpu, to[at..]);
        at += Cpu(call.Cpu, to[at..]);
        at += Copy(task, to[at..]);
        at += Copy(_contexts[(int)call.Context < _contexts.Length ? (int)call.Context : 0], to[at..]);
        at += Copy(function.AsFunction, to[at..]);
        at += Copy(caller, to[at..]);
        at += Copy(function.Source, to[at..]);
        at += Duration(call.Duration, to[at..]);
        at += Copy(_skeleton.BeforeDepth, to[at..]);
        if (_format != ReportFormat.Table) at += call.Depth == CallRecord.NoDepth ? Copy(_skeleton.Nothing, to[at..]) : Number(call.Depth, to[at..]);
        at += Copy(_skeleton.End, to[at..]);
        _at += at;
        if (_isFirst)
        {
            _isFirst = false;
            if (_format == ReportFormat.Json) _beforeTime = [(byte)',', (byte)'\n', .. _skeleton.Start];
        }
    }

    private int Time(long time, Span<byte> to)
    {
        if (_format != ReportFormat.Table) return TimeDigits(time, to);
        Span<byte> digits = stackalloc byte[40];
        var length = TimeDigits(time, digits);
        var pad = Math.Max(0, 20 - length);
        to[..pad].Fill((byte)' ');
        digits[..length].CopyTo(to[pad..]);
        return pad + length;
    }

    private int TimeDigits(long time, Span<byte> to)
    {
        if (_counts || time < 0) return _counts ? Number(time, to) : Encoding.UTF8.GetBytes(ReportValue.Time(time, _source!.ClockUnit, _source.Format).ToString(), to);
        var seconds = (long)((ulong)time / 1_000_000_000);
        var rest = (uint)(time - seconds * 1_000_000_000);
        if (seconds != _secondsOf)
        {
            Utf8Formatter.TryFormat(seconds, _seconds, out _secondsLength);
            _seconds[_secondsLength++] = (byte)'.';
            _secondsOf = seconds;
        }
        _seconds.AsSpan(0, _secondsLength).CopyTo(to);
        var at = _secondsLength;
        var micro = rest / 1000;
        var nano = rest - micro * 1000;
        Three(micro / 1000, to[at..]);
        Three(micro % 1000, to[(at + 3)..]);
        if (!_nanoseconds && nano == 0) return at + 6;
        Three(nano, to[(at + 6)..]);
        return at + 9;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Three(uint number, Span<byte> to)
    {
        // One check of the length for all three.
        to[2] = (byte)('0' + number % 10);
        to[1] = (byte)('0' + number / 10 % 10);
        to[0] = (byte)('0' + number / 100);
    }

    private int Cpu(int cpu, Span<byte> to)
    {
        if (_format == ReportFormat.Table)
        {
            Span<byte> digits = stackalloc byte[16];
            var length = cpu < 0 ? 0 : Number(cpu, digits);
            var pad = Math.Max(0, 4 - length);
            to[..pad].Fill((byte)' ');
            digits[..length].CopyTo(to[pad..]);
            return pad + length;
        }
        if ((uint)cpu > 9) return cpu < 0 ? Copy(_skeleton.Nothing, to) : Number(cpu, to);
        to[0] = (byte)('0' + cpu);
        return 1;
    }

    private int Duration(long duration, Span<byte> to)
    {
        if (duration == CallRecord.NoDuration) return Copy(_skeleton.Nothing, to);
        var at = 0;
        if (_format == ReportFormat.Table) at = Copy("  "u8, to);
        var micro = duration / 1000;
        at += Number(micro, to[at..]);
        to[at++] = (byte)'.';
        Three((uint)(duration - micro * 1000), to[at..]);
        at += 3;
        if (_format == ReportFormat.Table) at += Copy(" us"u8, to[at..]);
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }

    private static int Number(long number, Span<byte> to)
    {
        Utf8Formatter.TryFormat(number, to, out var length);
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte[] Task(int id) => (uint)id < (uint)_tasks.Length && _tasks[id] is { } known ? known : AddTask(id);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Piece Function(int id)
    {
        if ((uint)id >= (uint)_functions.Length || _functions[id].AsFunction is null) AddFunction(id);
        return ref _functions[id];
    }

    private byte[] AddTask(int id)
    {
        if (id >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(id + 1, _tasks.Length * 2));
        var task = _names!.Tasks[id];
        var pid = task.ProcessId < 0 ? "" : task.ProcessId.ToString(CultureInfo.InvariantCulture);
        var group = task.ThreadGroupId?.ToString(CultureInfo.InvariantCulture) ?? "";
        var comm = TerminalText.Escape(task.Comm);
        return _tasks[id] = Encoding.UTF8.GetBytes(_format switch
        {
            ReportFormat.Csv => $",{pid},{group},{Csv(task.Comm)},",
            ReportFormat.Table => $"  {comm}{new string(' ', Math.Max(0, 16 - TerminalText.Width(comm)))} {pid,7}  ",
            _ => $",\"pid\":{OrNull(pid)},\"tgid\":{OrNull(group)},\"comm\":{Json(task.Comm)},\"context\":\"",
        });
    }

    private void AddFunction(int id)
    {
        if (id >= _functions.Length) Array.Resize(ref _functions, Math.Max(id + 1, _functions.Length * 2));
        var symbol = _names!.Functions[id];
        var line = symbol.SourceLine?.ToString(CultureInfo.InvariantCulture) ?? "";
        var spelled = TerminalText.Escape(symbol.ToString());
        var (asFunction, asCaller, source) = _format switch
        {
            ReportFormat.Csv => ($",{Csv(symbol.Name)},{Csv(symbol.Module)}", $",{Csv(symbol.Name)},{Csv(symbol.Module)}", $",{Csv(symbol.SourceFile)},{line},"),
            ReportFormat.Table => ($"  {spelled}", $" <- {(spelled.Length == 0 ? "?" : spelled)}",
                symbol.SourceFile is null ? "" : $"  ({TerminalText.Escape(symbol.SourceFile)}{(line.Length == 0 ? "" : ":" + line)})"),
            _ => ($"\",\"function\":{Json(symbol.Name)},\"module\":{Json(symbol.Module)}", $",\"caller\":{Json(symbol.Name)},\"callerModule\":{Json(symbol.Module)}",
                $",\"sourceFile\":{Json(symbol.SourceFile)},\"sourceLine\":{OrNull(line)},\"duration\":"),
        };
        _functions[id] = new Piece { AsFunction = Encoding.UTF8.GetBytes(asFunction), AsCaller = Encoding.UTF8.GetBytes(asCaller), Source = Encoding.UTF8.GetBytes(source) };
    }

    private string Csv(string? text) => text is null ? "" : CsvText.Field(_style.ToTerminal ? TerminalText.Escape(text) : text);

    private static string Json(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text)}\"";

    private static string OrNull(string number) => number.Length == 0 ? "null" : number;

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _at < bytes.Length) MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_at));
        _at += bytes.Length;
    }

    private void MakeRoom(int needed)
    {
        Flush();
        if (_buffer.Length < needed) _buffer = new byte[needed];
    }

    private void Flush()
    {
        if (_at > 0) _output.Write(_buffer, 0, _at);
        _at = 0;
    }
}
