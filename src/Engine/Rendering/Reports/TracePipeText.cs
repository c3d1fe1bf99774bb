using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes kernel events and calls as the lines that the kernel's <c>trace_pipe</c> has, without a header, for other tools.
/// Control characters are escaped, so that a line stays a line. What a recording does not contain of the flags is a dot.
/// </summary>
/// <remarks><c>trace_print_context</c>, <c>trace_print_lat_fmt</c> and <c>trace_fn_trace</c> in
/// <c>kernel/trace/trace_output.c</c>.</remarks>
internal sealed class TracePipeText : EventSink
{
    private readonly Utf8Output _output;
    private readonly CallLines? _calls;
    private readonly Dictionary<EventSchema, byte[]> _kinds = new(ReferenceEqualityComparer.Instance);
    private TraceContext _context = null!;
    private byte[]?[] _tasks = [], _functions = [];

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Receives UTF-8. It is not closed.</param>
    /// <param name="withCalls">Whether calls are written, too.</param>
    public TracePipeText(Stream output, bool withCalls)
        => (_output, _calls) = (new Utf8Output(output), withCalls ? new CallLines(this) : null);

    /// <inheritdoc/>
    public override bool WantsMessages => true;

    /// <inheritdoc/>
    public override CallSink? Calls => _calls;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        (_context, _tasks, _functions) = (context, new byte[64][], new byte[1024][]);
        _kinds.Clear();
    }

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        Start(record.Task, record.ProcessId, record.Cpu, record.Context, record.Time);
        _output.Put(Kind(record.Schema));
        // Nearly all texts are of characters that a terminal prints as they are.
        var isPlain = !record.Message.IsEmpty && record.Message.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        if (isPlain) _output.Put(record.Message);
        else _output.Put(TerminalText.Escape(record.Schema.Message(record.Body)));
        _output.Put("\n"u8);
        if (!record.Stack.IsEmpty) Stack(in record);
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time)
        => _output.Put(string.Create(CultureInfo.InvariantCulture,
            $"CPU:{cpu} [LOST{(events is { } count ? $" {count}" : "")} EVENTS]\n"));

    /// <inheritdoc/>
    public override void Idle() => _output.Flush();

    /// <inheritdoc/>
    public override void End(TraceInfo info) => _output.Flush();

    private void Stack(in EventRecord record)
    {
        Start(record.Task, record.ProcessId, record.Cpu, record.Context, record.Time);
        _output.Put("<stack trace>\n"u8);
        foreach (var frame in record.Schema.Frames(record.Stack))
        {
            _output.Put(" => "u8);
            _output.Put(TerminalText.Escape(frame));
            _output.Put("\n"u8);
        }
    }

    private void Call(in CallRecord call)
    {
        Start(call.Task, -1, call.Cpu, call.Context, call.Time);
        _output.Put(Function(call.Function));
        _output.Put(" <-"u8);
        _output.Put(call.Caller == 0 ? "0x0"u8 : Function(call.Caller));
        _output.Put("\n"u8);
    }

    private void Start(int task, int processId, int cpu, ExecutionContext context, long time)
    {
        _output.Put(Task(task, processId));
        if (cpu >= 0)
        {
            _output.Put("["u8);
            if (cpu < 1000) _output.PutDigits(cpu, 3);
            else _output.Put(cpu);
            _output.Put("] "u8);
        }
        _output.Put(context switch
        {
            ExecutionContext.Task => "..... "u8,
            ExecutionContext.SoftIrq => "..s.. "u8,
            ExecutionContext.HardIrq => "..h.. "u8,
            ExecutionContext.Nmi => "..Z.. "u8,
            _ => default,
        });
        if (time != CallRecord.NoTime) Time(time);
    }

    /// <summary>Writes a time as the kernel does: with microseconds, rounded.</summary>
    private void Time(long time)
    {
        if (_context.Source.ClockUnit == ClockUnit.Counts) _output.Put(time);
        else
        {
            var nanoseconds = (ulong)Math.Max(time, 0);
            var (seconds, micro) = Math.DivRem((nanoseconds + 500) / 1000, 1_000_000);
            for (var least = 10_000UL; least > seconds && least > 1; least /= 10) _output.Put(" "u8);
            _output.Put(seconds);
            _output.Put("."u8);
            _output.PutDigits((long)micro, 6);
        }
        _output.Put(": "u8);
    }

    private byte[] Task(int id, int processId)
    {
        if (id == 0) return Text(KernelTask.Unknown with { ProcessId = processId });
        if (id >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(id + 1, _tasks.Length * 2));
        return _tasks[id] ??= Text(_context.Names.Tasks[id]);
    }

    private byte[] Function(int id)
    {
        if (id >= _functions.Length) Array.Resize(ref _functions, Math.Max(id + 1, _functions.Length * 2));
        return _functions[id] ??= Encoding.UTF8.GetBytes(TerminalText.Escape(_context.Names.Functions[id].ToString()));
    }

    private byte[] Kind(EventSchema schema)
    {
        if (!_kinds.TryGetValue(schema, out var text))
            _kinds.Add(schema, text = Encoding.UTF8.GetBytes($"{TerminalText.Escape(schema.Name)}: "));
        return text;
    }

    private static byte[] Text(KernelTask task)
    {
        var pid = task.ProcessId < 0 ? "?" : task.ProcessId.ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($"{TerminalText.Escape(task.KnownComm ?? "<...>"),16}-{pid,-7} ");
    }

    /// <summary>Writes the calls.</summary>
    private sealed class CallLines(TracePipeText text) : CallSink
    {
        public override CallFields Fields => CallFields.Time | CallFields.Task | CallFields.Cpu | CallFields.Context;

        public override bool InOrder => true;

        public override void Begin(TraceContext context)
        {
            if (!ReferenceEquals(text._context, context)) text.Begin(context);
        }

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (ref readonly var call in calls) text.Call(in call);
        }

        public override void Idle() => text.Idle();

        public override void End(TraceInfo info) => text.End(info);
    }
}
