using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// One thread's decoder of function events: the recording's own field positions, made ready once, and the thread's
/// memory of names.
/// </summary>
internal sealed unsafe class CallDecoder<TOrder> where TOrder : struct, IByteOrder
{
    private static readonly ExecutionContext[] Contexts = [.. Enumerable.Range(0, 256).Select(TraceFlags.Context)];

    private readonly EventFormats.FunctionEvent? _function;
    private readonly FunctionIds _functions;
    private readonly CallSites _sites;
    private readonly TaskIds _tasks;
    private readonly Timebase _times;
    private readonly int _functionKind;
    private readonly int _functionLength;
    private readonly int _entryKind;
    private readonly int _returnAddressEntryKind;
    private readonly bool _isWide;
    private readonly int _ip;
    private readonly int _parentIp;
    private readonly int _type;
    private readonly int _flags;
    private readonly int _commonLength;
    private readonly bool _isIdentity;
    private readonly bool _wantsTask;

    public CallDecoder(DatMetadata metadata, CallAddresses addresses, CallNames names, CallFields fields)
    {
        var events = metadata.Events;
        (Events, _times) = (events, metadata.Times);
        _functions = new FunctionIds(addresses);
        _sites = new CallSites(_functions);
        _tasks = new TaskIds(metadata.Tasks, names);
        _function = events.Function;
        _functionKind = _function?.Id ?? -1;
        (_entryKind, _returnAddressEntryKind) = (events.GraphEntry?.Id ?? -2, events.GraphReturnAddressEntry?.Id ?? -2);
        _functionLength = Math.Max(_function?.Length ?? 0, events.CommonLength);
        _isWide = _function is { Function.Size: 8, Caller.Size: 8 };
        (_ip, _parentIp) = (_function?.Function.Offset ?? 0, _function?.Caller.Offset ?? 0);
        (_type, _flags, _commonLength) = (events.Type.Offset, events.Flags.Exists ? events.Flags.Offset : -1, events.CommonLength);
        _isIdentity = _times.IsIdentity;
        _wantsTask = fields.HasFlag(CallFields.Task);
        Tally = new EventTally(events);
    }

    /// <summary>The kinds of events.</summary>
    public EventFormats Events { get; }

    /// <summary>What was counted since it was last flushed.</summary>
    public EventTally Tally { get; }

    /// <summary>The kind of an event; -1 when the record is too short to have one (and is counted so).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Kind(byte* body, int length)
    {
        if (length >= _commonLength) return TOrder.UInt16(body + _type);
        Tally.Short++;
        return -1;
    }

    /// <summary>Whether a record is an event of the function tracer with all its fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsFunction(int kind, int length) => kind == _functionKind && length >= _functionLength;

    /// <summary>Whether a record is an entry of the function_graph tracer with all its fields.</summary>
    public bool IsEntry(int kind, int length) => Entry(kind) is { } entry && length >= entry.Length;

    /// <summary>Whether a record is an exit of the function_graph tracer with all its fields.</summary>
    public bool IsExit(int kind, int length) => Events.GraphExit is { } exit && kind == exit.Id && length >= exit.Length;

    /// <summary>Counts an event that is no call.</summary>
    public void Other(int kind, int length)
    {
        if (kind < 0) return;
        if (kind == _functionKind || Entry(kind) is not null) Tally.Short++;
        else Tally.Other(kind);
    }

    /// <summary>Fills a call from an event of the function tracer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill(ref CallRecord call, ulong time, byte* body, int cpu)
    {
        call.Time = (long)(_isIdentity ? time : _times.Convert(time, cpu));
        call.Duration = CallRecord.NoDuration;
        call.SelfDuration = CallRecord.NoDuration;
        if (_isWide)
        {
            _sites.Fill(ref call, TOrder.UInt64(body + _ip), TOrder.UInt64(body + _parentIp));
        }
        else
        {
            call.Function = Function(body, _function!.Function);
            call.Caller = _function.Caller.Exists ? Function(body, _function.Caller) : 0;
        }
        call.Task = _wantsTask ? Task(Pid(body)) : 0;
        call.Cpu = cpu;
        call.Depth = CallRecord.NoDepth;
        call.Context = Context(body);
    }

    /// <summary>Fills a call from an entry of the function_graph tracer, as far as that entry alone tells.</summary>
    public void FillEntry(ref CallRecord call, ulong time, byte* body, int cpu, int kind)
    {
        var entry = Entry(kind)!;
        call.Time = (long)Time(time, cpu);
        call.Duration = CallRecord.NoDuration;
        call.SelfDuration = CallRecord.NoDuration;
        call.Function = Function(body, entry.Function);
        call.Caller = entry.Caller.Exists ? Function(body, entry.Caller) : 0;
        call.Task = _wantsTask ? Task(Pid(body)) : 0;
        call.Cpu = cpu;
        call.Depth = entry.Depth.Exists ? (short)Math.Min(RingBufferPageDecoder<TOrder>.Number(body, entry.Depth), (ulong)short.MaxValue) : CallRecord.NoDepth;
        call.Context = Context(body);
    }

    /// <summary>Fills a record of the function_graph tracer.</summary>
    public void FillGraph(ref FunctionGraphRecord record, FunctionGraphKind kind, EventFormats.FunctionEvent format, byte* body)
    {
        record.Kind = kind;
        record.Function = Function(body, format.Function);
        record.Caller = format.Caller.Exists ? Function(body, format.Caller) : 0;
        record.Pid = Pid(body);
        record.Task = _wantsTask && kind == FunctionGraphKind.Entry ? Task(record.Pid) : 0;
        record.Depth = format.Depth.Exists ? (int)Math.Min(RingBufferPageDecoder<TOrder>.Number(body, format.Depth), int.MaxValue) : -1;
        record.Context = Context(body);
        record.CallTime = format.CallTime.Exists ? RingBufferPageDecoder<TOrder>.Number(body, format.CallTime) : 0;
        record.ReturnTime = format.ReturnTime.Exists ? RingBufferPageDecoder<TOrder>.Number(body, format.ReturnTime) : 0;
    }

    /// <summary>The format of a graph entry; null for every other kind.</summary>
    public EventFormats.FunctionEvent? Entry(int kind)
        => kind == _entryKind ? Events.GraphEntry : kind == _returnAddressEntryKind ? Events.GraphReturnAddressEntry : null;

    /// <summary>The function a field names.</summary>
    public int Function(byte* body, FieldFormat field) => _functions[RingBufferPageDecoder<TOrder>.Number(body, field)];

    /// <summary>The pid of an event.</summary>
    public int Pid(byte* body) => Events.Pid.Exists ? (int)RingBufferPageDecoder<TOrder>.Number(body, Events.Pid) : -1;

    /// <summary>The task of a pid.</summary>
    public int Task(int pid) => pid < 0 ? 0 : _tasks[pid];

    /// <summary>Where the kernel ran it.</summary>
    public ExecutionContext Context(byte* body) => _flags < 0 ? ExecutionContext.Unknown : Contexts[body[_flags]];

    /// <summary>A time stamp as shown.</summary>
    public ulong Time(ulong time, int cpu) => _isIdentity ? time : _times.Convert(time, cpu);
}
