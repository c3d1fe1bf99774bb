using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Finds the caller, the depth and the durations of each call from the nesting of the calls, with one stack per task. Takes the
/// tokens of the text in order, on one thread.
/// </summary>
/// <remarks>
/// The caller of a call is the open call one level out. If its entry is not in the recording, the caller is the return address
/// of the line (option <c>funcgraph-retaddr</c>), or else unknown. In a recording of returns only, each return is a call.
/// </remarks>
internal sealed class FunctionGraphNesting
{
    /// <summary>The kernel's name for the return of a call.</summary>
    public const string ReturnKind = "funcgraph_exit";

    private readonly FunctionGraphTokenizer _tokenizer;
    private readonly FunctionGraphOutput _output;
    private readonly NestingStacks _stacks;
    private readonly TraceStatistics _statistics;
    private readonly bool _returnsOnly;

    // Null if the sink does not need stacks.
    private readonly StackTree? _tree;
    private byte[]? _tail;
    private bool _inEvent;

    // Null if the events are only counted.
    private readonly FunctionGraphEvents? _events;

    public FunctionGraphNesting(CallDispatch dispatch, CallNames names, FunctionGraphColumns columns, TraceStatistics statistics,
        bool returnsOnly = false, FunctionGraphEvents? events = null)
    {
        _events = events;
        (_statistics, _returnsOnly) = (statistics, returnsOnly);
        _tree = dispatch.Fields.HasFlag(CallFields.Stack) ? names.Stacks : null;
        _tokenizer = new FunctionGraphTokenizer(columns, names, events?.Schemas);
        _output = new FunctionGraphOutput(dispatch, columns);
        _stacks = new NestingStacks(columns.HasFlag(FunctionGraphColumns.Cpu), names, _output, statistics);
    }

    /// <summary>The leaf calls: one line each, but an entry and a return of the tracer.</summary>
    public long Leaves { get; private set; }

    /// <summary>The calls whose stack is not completely known.</summary>
    public long NotPlaced { get; private set; }

    /// <summary>Takes the next block.</summary>
    public void Take(FunctionGraphTokens tokens)
    {
        var items = tokens.Items;
        var isJoined = TakeTail(tokens.FirstLine);
        if (isJoined) items = items[tokens.FirstLineTokens..];
        else _statistics.Add(tokens.FirstLineCounts);
        _tail = tokens.Tail;
        foreach (ref readonly var token in items) Take(in token, tokens);
        _output.EndBlock();
    }

    /// <summary>Delivers the calls that are still open.</summary>
    public void End()
    {
        TakeTail(null);
        _events?.End(_output);
        _stacks.End();
        _output.End();
    }

    /// <summary>
    /// Takes the last line of the block before, joined with the first line of this block if both are one line; returns whether
    /// they are.
    /// </summary>
    private bool TakeTail(byte[]? next)
    {
        if (_tail is not { } tail) return false;
        _tail = null;
        var tokens = new FunctionGraphTokens();
        ref var token = ref tokens.Next();
        var isJoined = next is not null && _tokenizer.TryReadJoined(tail, next, tokens, ref token, _statistics);
        if (!isJoined) _tokenizer.ReadAlone(tail, tokens, ref token, _statistics);
        foreach (ref readonly var item in tokens.Items) Take(in item, tokens);
        return isJoined;
    }

    private void Take(in FunctionGraphToken token, FunctionGraphTokens tokens)
    {
        if (token.Kind > FunctionGraphTokenKind.Close)
        {
            TakeOther(in token, tokens);
            return;
        }
        _inEvent = false;
        _events?.Before(in token, _output);
        var stack = _stacks.Of(in token);
        switch (token.Kind)
        {
            case FunctionGraphTokenKind.Leaf: Leaf(stack, in token); break;
            case FunctionGraphTokenKind.Open: Open(stack, in token); break;
            default: Close(stack, in token); break;
        }
    }

    private void TakeOther(in FunctionGraphToken token, FunctionGraphTokens tokens)
    {
        if (token.Kind == FunctionGraphTokenKind.NotParsed)
        {
            CountNotParsed(tokens.NotParsed[token.Operand]);
            _events?.TakeLine(tokens, tokens.NotParsed[token.Operand].Text);
            return;
        }
        if (token.Kind == FunctionGraphTokenKind.Text)
        {
            _events?.TakeLine(tokens, token.Operand);
            return;
        }
        if (_events is not null)
        {
            _events.Before(in token, _output);
            if (token.Kind is FunctionGraphTokenKind.Event or FunctionGraphTokenKind.OpenEvent && token.Operand >= 0)
                _events.Take(tokens, in token, _stacks.TaskOf(in token));
            // Without a sink of events there is no token.
            if (token.Kind == FunctionGraphTokenKind.Event) return;
        }
        _inEvent = token.Kind == FunctionGraphTokenKind.OpenEvent;
        switch (token.Kind)
        {
            case FunctionGraphTokenKind.Interrupt: _stacks.Of(in token).InterruptStarts = true; break;
            case FunctionGraphTokenKind.Switch: _stacks.Switch(in token); break;
            case FunctionGraphTokenKind.Lost: 
                _stacks.Lose(token.Cpu);
                _events?.Lose(token.Cpu, token.Time == CallRecord.NoTime ? null : token.Time);
                break;
        }
    }

    /// <summary>
    /// Counts a line that cannot be parsed, unless it continues the text of an event, which can contain newlines.
    /// </summary>
    private void CountNotParsed(in NotParsedLine line)
    {
        if (!_inEvent) _statistics.NotParsed(-1, line.Reason, line.Sample);
        else if (line.EndsEvent) _inEvent = false;
    }

    private void Leaf(NestingStack stack, in FunctionGraphToken token)
    {
        if (stack.Top >= token.Depth) stack.PopTo(token.Depth - 1, _output);
        Leaves++;
        ref var call = ref Add(stack, in token, out var number, out _);
        call.Duration = call.SelfDuration = token.Duration;
        _output.Complete(number);
        if (stack.Top >= 0 && stack.Top == token.Depth - 1) stack.Innermost.AddCallee(token.Duration);
    }

    private void Open(NestingStack stack, in FunctionGraphToken token)
    {
        if (stack.Top >= token.Depth) stack.PopTo(token.Depth - 1, _output);
        if (_output.InEntryOrder)
        {
            var isPlaced = stack.IsPlaced(token.Depth);
            ref var call = ref Add(stack, in token, out var number, out var inInterrupt);
            call.Duration = call.SelfDuration = CallRecord.NoDuration;
            var id = call.Stack;
            ref var open = ref stack.Push(token.Depth, _tree);
            (open.Number, open.InInterrupt, open.Call.Function) = (number, inInterrupt, token.Function);
            (open.Stack, open.IsPlaced) = (id, isPlaced);
        }
        else
        {
            var caller = stack.Caller(token.Depth, token.Operand, out var inInterrupt);
            var (id, isPlaced) = (Place(stack, in token), stack.IsPlaced(token.Depth));
            ref var open = ref stack.Push(token.Depth, _tree);
            (open.InInterrupt, open.Stack, open.IsPlaced) = (inInterrupt, id, isPlaced);
            Fill(ref open.Call, stack, in token, caller, inInterrupt);
            open.Call.Stack = id;
        }
    }

    private void Close(NestingStack stack, in FunctionGraphToken token)
    {
        if (stack.Top > token.Depth) stack.PopTo(token.Depth, _output);
        if (stack.Top < token.Depth)
        {
            // A return without an entry.
            if (stack.Top >= 0) stack.Innermost.CalleesUnknown = true;
            AddReturn(stack, in token);
            return;
        }
        ref var open = ref stack.Pop();
        var matches = open.HasEntry && (token.Function == 0 || token.Function == open.Call.Function);
        if (open.HasEntry)
        {
            var duration = matches ? token.Duration : CallRecord.NoDuration;
            var self = duration < 0 || open.CalleesUnknown ? CallRecord.NoDuration : Math.Max(0, duration - open.Callees);
            _output.Return(ref open, duration, self);
        }
        else
        {
            AddReturn(stack, in token);
        }
        if (stack.Top < 0) return;
        if (matches) stack.Innermost.AddCallee(token.Duration);
        else stack.Innermost.CalleesUnknown = true;
    }

    /// <summary>
    /// Adds the call of a return, if the recording has no entries. In any other recording, a return without an entry belongs to
    /// a call that began before the recording or in a loss. It is not counted.
    /// </summary>
    private void AddReturn(NestingStack stack, in FunctionGraphToken token)
    {
        if (!_returnsOnly) return;
        if (token.Function == 0)
        {
            _statistics.Other(token.Cpu, ReturnKind);
            return;
        }
        ref var call = ref _output.Add(out var number);
        Fill(ref call, stack, in token, 0, false);
        call.Stack = Place(stack, in token);
        if (token.Time != CallRecord.NoTime)
        {
            // The line has the time of the return, in microseconds.
            call.Time = Math.Max(0, token.Time - ((Math.Max(0, token.Duration) + 500) / 1000 * 1000));
            _statistics.Time(call.Time, token.Cpu);
        }
        (call.Duration, call.SelfDuration) = (token.Duration, CallRecord.NoDuration);
        _output.Complete(number);
        _statistics.Call(token.Cpu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref CallRecord Add(NestingStack stack, in FunctionGraphToken token, out long number, out bool inInterrupt)
    {
        var caller = stack.Caller(token.Depth, token.Operand, out inInterrupt);
        ref var call = ref _output.Add(out number);
        Fill(ref call, stack, in token, caller, inInterrupt);
        call.Stack = Place(stack, in token);
        return ref call;
    }

    /// <summary>Returns the id of the stack of a call that is about to be added to the open calls of its task.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Place(NestingStack stack, in FunctionGraphToken token)
    {
        if (!stack.IsPlaced(token.Depth)) NotPlaced++;
        return _tree is null ? StackTree.None : _tree.Child(_tree.Extend(stack.Stack, token.Depth), token.Function);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(ref CallRecord call, NestingStack stack, in FunctionGraphToken token, int caller, bool inInterrupt)
    {
        call.Time = token.Time;
        call.Function = token.Function;
        call.Caller = caller;
        call.Task = token.Task != 0 ? token.Task : stack.Task;
        call.Cpu = token.Cpu;
        call.Depth = token.Depth;
        call.Context = token.Context == ExecutionContext.Unknown && inInterrupt ? ExecutionContext.HardIrq : token.Context;
    }
}
