using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Passes the events between the calls of function_graph text to a sink of events, and the calls between them. Takes the tokens
/// in order, on one thread. An event is held until its text and its stack have ended.
/// </summary>
internal sealed class FunctionGraphEvents(EventDispatch dispatch) : CallSink
{
    // So many losses without a line between them are no kernel's.
    private const int MostLosses = 1024;

    // Position of the hardirq/softirq letter in the flags, which is not read here.
    private const int ContextColumn = 2;

    private readonly EventSink _sink = dispatch.Sink;
    private readonly CallSink? _calls = dispatch.Sink.Calls;
    private readonly bool _wantsStack = dispatch.Sink.Fields.HasFlag(CallFields.Stack);
    private readonly List<(int Cpu, long? Events)> _losses = [];
    private byte[] _body = [], _stack = [];
    private int _bodyLength, _stackLength, _lines;
    private FunctionGraphToken _token;
    private int _schema, _task;
    private Part _part;

    private enum Part
    {
        None,
        OpenText,
        Text,
        Stack,
    }

    /// <summary>The kinds of events.</summary>
    public TextEventSchemas Schemas { get; } = new(dispatch.Sink);

    /// <inheritdoc/>
    /// <remarks>A call is taken at its entry, so that it is in time order with the events: without its duration.</remarks>
    public override CallFields Fields => (_calls?.Fields ?? CallFields.Edge) & ~CallFields.Duration;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls) => _calls?.Accept(calls);

    /// <summary>Delivers what precedes a line that starts something, and the calls before it.</summary>
    public void Before(in FunctionGraphToken token, FunctionGraphOutput output)
    {
        if (_schema != 0) Deliver(output);
        if (_losses.Count > 0 && token.Kind != FunctionGraphTokenKind.Lost) DeliverLosses(token.Time, output);
        else if (_losses.Count >= MostLosses) DeliverLosses(CallRecord.NoTime, output);
    }

    /// <summary>Takes an event that the sink wants.</summary>
    public void Take(FunctionGraphTokens tokens, in FunctionGraphToken token, int task)
    {
        (_token, _task, _schema) = (token, task, tokens.Events.Schema(token.Operand));
        (_bodyLength, _stackLength, _lines) = (0, 0, 0);
        _part = token.Kind == FunctionGraphTokenKind.OpenEvent ? Part.OpenText : Part.Text;
        Append(ref _body, ref _bodyLength, tokens.Events.Text(token.Operand));
    }

    /// <summary>Takes a line that can belong to the event before it.</summary>
    public void TakeLine(FunctionGraphTokens tokens, int text)
    {
        if (_part == Part.None) return;
        var line = tokens.Events.Text(text);
        switch (_part)
        {
            case Part.OpenText:
                var isLast = line.EndsWith(" */"u8);
                if (_lines++ < TextEventBlock.MostLines)
                {
                    Append(ref _body, ref _bodyLength, "\n"u8);
                    Append(ref _body, ref _bodyLength, isLast ? line[..^3] : line);
                }
                if (isLast) _part = Part.Text;
                break;
            case Part.Text when line.EndsWith("<stack trace>"u8) && _wantsStack && IsMine(line):
                _part = Part.Stack;
                break;
            case Part.Text when FunctionGraphLines.IsBlankOrComment(line):
                // "##### CPU 0 buffer started ####" can be between an event and its stack.
                break;
            case Part.Stack when line.StartsWith(" => "u8) && _lines++ < StackText.MostFrames:
                if (_stackLength > 0) Append(ref _stack, ref _stackLength, "\n"u8);
                Append(ref _stack, ref _stackLength, line);
                break;
            default:
                _part = Part.None;
                break;
        }
    }

    /// <summary>Takes a loss of events.</summary>
    public void Lose(int cpu, long? events) => _losses.Add((cpu, events));

    /// <summary>Delivers what is left.</summary>
    public void End(FunctionGraphOutput output)
    {
        if (_schema != 0) Deliver(output);
        if (_losses.Count > 0) DeliverLosses(CallRecord.NoTime, output);
    }

    private void Deliver(FunctionGraphOutput output)
    {
        output.EndBlock();
        _sink.Accept(new EventRecord
        {
            Schema = Schemas[_schema], Time = _token.Time, Cpu = _token.Cpu, Task = _task, Context = _token.Context,
            ProcessId = _task == 0 ? -1 : dispatch.Context.Names.Tasks[_task].ProcessId, Body = _body.AsSpan(0, _bodyLength), Stack = _stack.AsSpan(0, _stackLength),
        });
        (_schema, _part) = (0, Part.None);
    }

    private void DeliverLosses(long time, FunctionGraphOutput output)
    {
        output.EndBlock();
        foreach (var (cpu, events) in _losses) _sink.Lost(cpu, events, time);
        _losses.Clear();
    }

    /// <summary>Whether a line that starts a stack has the CPU and the pid of the event, as far as both are known.</summary>
    private bool IsMine(ReadOnlySpan<byte> line)
    {
        if (!LinePrefix.TryParse(line, LinePrefixKind.Latency, ContextColumn, out var prefix)) return true;
        return (prefix.Cpu < 0 || _token.Cpu < 0 || prefix.Cpu == _token.Cpu)
            && (prefix.ProcessId < 0 || _task == 0 || prefix.ProcessId == dispatch.Context.Names.Tasks[_task].ProcessId);
    }

    private static void Append(ref byte[] to, ref int length, ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > to.Length) Array.Resize(ref to, Math.Max(length + bytes.Length, to.Length * 2));
        bytes.CopyTo(to.AsSpan(length));
        length += bytes.Length;
    }
}
