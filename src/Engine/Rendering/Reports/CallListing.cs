using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes each call as a line, in time order, while the recording is read. Functions and tasks are converted to bytes once; a
/// line then takes a few copies and three numbers, and allocates nothing.
/// </summary>
/// <remarks>
/// The columns are the properties of <see cref="CallEvent"/> in camelCase. An unknown value is empty, or null in JSON.
/// The wallTime is in UTC.
/// A table has the columns that are known of the first calls, and a new heading when more of them are known.
/// </remarks>
internal sealed class CallListing : CallSink
{
    private const int BufferSize = 1 << 18;

    private readonly Stream _output;
    private readonly ReportFormat _format;
    private readonly long _limit;
    private readonly CallListingText _text;
    private readonly byte[] _beforeCpu, _beforeSelf, _beforeDepth, _beforeWallTime, _nothing;
    private readonly byte[][] _contexts;

    private byte[] _buffer = new byte[BufferSize];
    private int _at;
    private TraceContext? _context;
    private CallNames? _names;
    private TraceSource? _source;
    private Piece[] _functions = [];
    private byte[]?[] _tasks = [];
    private byte[] _beforeTime, _end, _endByStack;
    private CallColumns? _columns;
    private bool _isFirst = true;
    private bool _counts;
    private bool _nanoseconds;
    private bool _hasWallTime;

    // The formatted seconds of the previous line, because they change rarely.
    private readonly byte[] _seconds = new byte[24];
    private int _secondsLength;
    private long _secondsOf = -1;

    /// <summary>The bytes of a function in each place where it can appear.</summary>
    private struct Piece
    {
        public byte[]? AsFunction;
        public byte[]? AsCaller;
        public byte[]? Source;
    }

    /// <summary>Creates a listing.</summary>
    /// <param name="output">Receives UTF-8. It is not closed.</param>
    /// <param name="format">The format.</param>
    /// <param name="style">The destination.</param>
    /// <param name="limit">The most calls to write.</param>
    public CallListing(Stream output, ReportFormat format, ReportStyle style = default, long limit = long.MaxValue)
    {
        (_output, _format, _limit) = (output, format, limit);
        _text = new CallListingText(format, style);
        (_beforeCpu, _beforeSelf, _beforeDepth) = (_text.BeforeCpu, _text.BeforeSelf, _text.BeforeDepth);
        (_beforeWallTime, _nothing) = (_text.BeforeWallTime, _text.Nothing);
        (_end, _endByStack) = (_text.End(null, CallNesting.Caller), _text.End(null, CallNesting.Stack));
        _contexts = _text.Contexts;
        _beforeTime = format == ReportFormat.Json ? [(byte)'[', (byte)'\n', .. _text.Start] : _text.Start;
        if (format == ReportFormat.Csv) Put(_text.Header(CallColumns.None));
    }

    /// <summary>The number of calls written.</summary>
    public long Written { get; private set; }

    /// <summary>Whether the limit is reached and no more calls are written.</summary>
    public bool IsFull => Written >= _limit;

    /// <summary>Called once when <see cref="IsFull"/> becomes true. The reading can then end.</summary>
    public Action? Full { get; init; }

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.All;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        (_context, _source, _names) = (context, context.Source, context.Names);
        var name = context.Source.Name;
        (_end, _endByStack) = (_text.End(name, CallNesting.Caller), _text.End(name, CallNesting.Stack));
        _functions = new Piece[1024];
        _tasks = new byte[64][];
        _secondsOf = -1;
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        // A reader can learn the unit of timestamps after it has begun to read.
        _counts = _source!.ClockUnit == ClockUnit.Counts;
        _nanoseconds = _source.Format == "trace.dat";
        _hasWallTime = _format != ReportFormat.Table && _source.WallOffset is not null;
        if (IsFull) return;
        if (calls.Length > _limit - Written) calls = calls[..(int)(_limit - Written)];
        if (_format == ReportFormat.Table) ShowColumns(calls);
        foreach (ref readonly var call in calls) Line(in call);
        Written += calls.Length;
        if (IsFull) Full?.Invoke();
    }

    /// <inheritdoc/>
    public override void Idle()
    {
        Flush();
        _output.Flush();
    }

    /// <summary>Writes the end of the listing. No calls can be added afterwards.</summary>
    public void Finish()
    {
        if (_format == ReportFormat.Json) Put(Written == 0 ? "[]\n"u8 : "\n]\n"u8);
        if (_format == ReportFormat.Table && _columns is null) Put(_text.Header(CallColumns.FunctionTracer));
        Flush();
        _output.Flush();
    }

    private void Line(in CallRecord call)
    {
        var task = Task(call.Task);
        ref var function = ref Function(call.Function);
        var caller = (call.Caller == call.Function ? function : Function(call.Caller)).AsCaller!;
        // Function can have moved the pieces to a larger array, so the reference is taken again.
        function = ref _functions[call.Function];
        var needed = task.Length + function.AsFunction!.Length + caller.Length + function.Source!.Length + _end.Length + 256;
        if (_buffer.Length - _at < needed) MakeRoom(needed);

        var to = _buffer.AsSpan(_at);
        _at += _columns is { } columns
            ? TableLine(in call, columns, task, in function, caller, to)
            : DataLine(in call, task, in function, caller, to);
        if (_isFirst)
        {
            _isFirst = false;
            if (_format == ReportFormat.Json) _beforeTime = [(byte)',', (byte)'\n', .. _text.Start];
        }
    }

    private int DataLine(in CallRecord call, byte[] task, in Piece function, byte[] caller, Span<byte> to)
    {
        var at = Copy(_beforeTime, to);
        at += TimeDigits(call.Time, to[at..]);
        at += Copy(_beforeCpu, to[at..]);
        at += call.Cpu < 0 ? Copy(_nothing, to[at..]) : Number(call.Cpu, to[at..]);
        at += Copy(task, to[at..]);
        at += Copy(_contexts[(int)call.Context < _contexts.Length ? (int)call.Context : 0], to[at..]);
        at += Copy(function.AsFunction!, to[at..]);
        at += Copy(caller, to[at..]);
        at += Copy(function.Source!, to[at..]);
        at += call.Duration == CallRecord.NoDuration ? Copy(_nothing, to[at..]) : Microseconds(call.Duration, to[at..]);
        at += Copy(_beforeSelf, to[at..]);
        at += call.SelfDuration == CallRecord.NoDuration ? Copy(_nothing, to[at..]) : Microseconds(call.SelfDuration, to[at..]);
        at += Copy(_beforeDepth, to[at..]);
        at += call.Depth == CallRecord.NoDepth ? Copy(_nothing, to[at..]) : Number(call.Depth, to[at..]);
        at += Copy(_beforeWallTime, to[at..]);
        at += _hasWallTime ? WallTime(call.Time, to[at..]) : Copy(_nothing, to[at..]);
        return at + Copy(call.Stack == StackTree.None ? _end : _endByStack, to[at..]);
    }

    private int WallTime(long time, Span<byte> to)
    {
        if (_source!.ToWallTime(time) is not { } wall) return Copy(_nothing, to);
        var quote = _format == ReportFormat.Csv ? default : "\""u8;
        var at = Copy(quote, to);
        wall.TryFormat(to[at..], out var length, TraceInfoFields.TimeFormat, CultureInfo.InvariantCulture);
        return at + length + Copy(quote, to[(at + length)..]);
    }

    private int TableLine(
        in CallRecord call, CallColumns columns, byte[] task, in Piece function, byte[] caller, Span<byte> to)
    {
        Span<byte> digits = stackalloc byte[40];
        var at = 0;
        if (columns.HasFlag(CallColumns.Time))
            at += Right(digits[..(call.Time == CallRecord.NoTime ? 0 : TimeDigits(call.Time, digits))], 20, to);
        if (columns.HasFlag(CallColumns.Cpu)) at += Right(digits[..(call.Cpu < 0 ? 0 : Number(call.Cpu, digits))], 5, to[at..]);
        if (columns.HasFlag(CallColumns.Comm)) at += Copy(task, to[at..]);
        if (columns.HasFlag(CallColumns.Context))
            at += Copy(_contexts[(int)call.Context < _contexts.Length ? (int)call.Context : 0], to[at..]);
        if (columns.HasFlag(CallColumns.Depth))
            at += Right(digits[..(call.Depth == CallRecord.NoDepth ? 0 : Number(call.Depth, digits))], 7, to[at..]);
        if (columns.HasFlag(CallColumns.Duration))
        {
            var length = call.Duration == CallRecord.NoDuration ? 0 : Microseconds(call.Duration, digits);
            at += Right(digits[..length], 16, to[at..]);
        }
        at += Copy(function.AsFunction!, to[at..]);
        if (columns.HasFlag(CallColumns.Caller)) at += Copy(caller, to[at..]);
        at += Copy(function.Source!, to[at..]);
        return at + Copy(_end, to[at..]);
    }

    /// <summary>Starts a table, with the columns that are known so far, if these calls have more of them.</summary>
    private void ShowColumns(ReadOnlySpan<CallRecord> calls)
    {
        var columns = (_columns ?? CallColumns.None) | KnownColumns.In(_context!, calls);
        if (columns == _columns) return;
        if (_columns is not null) Put("\n"u8);
        _columns = columns;
        Put(_text.Header(columns));
    }

    private static int Right(ReadOnlySpan<byte> text, int width, Span<byte> to)
    {
        var pad = Math.Max(0, width - text.Length);
        to[..pad].Fill((byte)' ');
        return pad + Copy(text, to[pad..]);
    }

    private int TimeDigits(long time, Span<byte> to)
    {
        if (time == CallRecord.NoTime) return Copy(_nothing, to);
        if (_counts) return Number(time, to);
        if (time < 0) return Encoding.UTF8.GetBytes(ReportValue.Time(time, _source!.ClockUnit, _source.Format).ToString(), to);
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
        // The first access is at the highest index, so the length is checked once.
        to[2] = (byte)('0' + number % 10);
        to[1] = (byte)('0' + number / 10 % 10);
        to[0] = (byte)('0' + number / 100);
    }

    private static int Microseconds(long nanoseconds, Span<byte> to)
    {
        var micro = nanoseconds / 1000;
        var at = Number(micro, to);
        to[at++] = (byte)'.';
        Three((uint)(nanoseconds - micro * 1000), to[at..]);
        return at + 3;
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
        return _tasks[id] = _text.Task(_names!.Tasks[id]);
    }

    private void AddFunction(int id)
    {
        if (id >= _functions.Length) Array.Resize(ref _functions, Math.Max(id + 1, _functions.Length * 2));
        var (asFunction, asCaller, source) = _text.Function(_names!.Functions[id]);
        _functions[id] = new Piece { AsFunction = asFunction, AsCaller = asCaller, Source = source };
    }

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
