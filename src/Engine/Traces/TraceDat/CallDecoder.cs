using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// One thread's decoder of function events. Holds the field offsets from the recording's event formats, and the thread's caches
/// of functions and tasks.
/// </summary>
internal sealed unsafe class CallDecoder<TOrder> where TOrder : struct, IByteOrder
{
    private static readonly ExecutionContext[] Contexts = [.. Enumerable.Range(0, 256).Select(TraceFlags.Context)];

    private readonly FunctionEventFormat? _function;
    private readonly FunctionIds _functions;
    private readonly CallSites _sites;
    private readonly TaskIds _tasks;
    private readonly Timebase _times;
    private readonly int _functionId;
    private readonly int _functionLength;
    private readonly int _entryId;
    private readonly int _returnAddressEntryId;
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
        _functionId = _function?.Id ?? -1;
        _entryId = events.FunctionGraphEntry?.Id ?? -2;
        _returnAddressEntryId = events.FunctionGraphReturnAddressEntry?.Id ?? -2;
        _functionLength = Math.Max(_function?.Length ?? 0, events.CommonLength);
        _isWide = _function is { Function.Size: 8, Caller.Size: 8 };
        (_ip, _parentIp) = (_function?.Function.Offset ?? 0, _function?.Caller.Offset ?? 0);
        (_type, _commonLength) = (events.Type.Offset, events.CommonLength);
        _flags = events.Flags.Exists ? events.Flags.Offset : -1;
        _isIdentity = _times.IsIdentity;
        _wantsTask = fields.HasFlag(CallFields.Task);
        Tally = new EventTally(events);
    }

    /// <summary>The event formats of the recording.</summary>
    public EventFormats Events { get; }

    /// <summary>The counts since the last flush.</summary>
    public EventTally Tally { get; }

    /// <summary>
    /// The event id (<c>common_type</c>) of a record; -1 when the record is too short to have one, which is counted.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int EventId(byte* body, int length)
    {
        if (length >= _commonLength) return TOrder.UInt16(body + _type);
        Tally.Short++;
        return -1;
    }

    /// <summary>Whether a record is a complete event of the function tracer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsFunction(int id, int length) => id == _functionId && length >= _functionLength;

    /// <summary>Whether a record is a complete entry of the function_graph tracer.</summary>
    public bool IsEntry(int id, int length) => EntryFormat(id) is { } entry && length >= entry.Length;

    /// <summary>Whether a record is a complete exit of the function_graph tracer.</summary>
    public bool IsExit(int id, int length) => Events.FunctionGraphExit is { } exit && id == exit.Id && length >= exit.Length;

    /// <summary>Counts an event that is not a complete call.</summary>
    public void CountOther(int id, int length)
    {
        if (id < 0) return;
        if (id == _functionId || EntryFormat(id) is not null) Tally.Short++;
        else Tally.Other(id);
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

    /// <summary>
    /// Fills a call from an entry of the function_graph tracer, without the durations, which only the exit has.
    /// </summary>
    public void FillEntry(ref CallRecord call, ulong time, byte* body, int cpu, int id)
    {
        var entry = EntryFormat(id)!;
        call.Time = (long)Time(time, cpu);
        call.Duration = CallRecord.NoDuration;
        call.SelfDuration = CallRecord.NoDuration;
        call.Function = Function(body, entry.Function);
        call.Caller = entry.Caller.Exists ? Function(body, entry.Caller) : 0;
        call.Task = _wantsTask ? Task(Pid(body)) : 0;
        call.Cpu = cpu;
        call.Depth = entry.Depth.Exists
            ? (short)Math.Min(Number(body, entry.Depth), (ulong)short.MaxValue)
            : CallRecord.NoDepth;
        call.Context = Context(body);
    }

    /// <summary>Fills a record from an entry or an exit of the function_graph tracer.</summary>
    public void FillFunctionGraph(
        ref FunctionGraphRecord record, FunctionGraphRecordKind kind, FunctionEventFormat format, byte* body)
    {
        record.Kind = kind;
        record.Function = Function(body, format.Function);
        record.Caller = format.Caller.Exists ? Function(body, format.Caller) : 0;
        record.Pid = Pid(body);
        record.Task = _wantsTask && kind == FunctionGraphRecordKind.Entry ? Task(record.Pid) : 0;
        record.Depth = format.Depth.Exists ? (int)Math.Min(Number(body, format.Depth), int.MaxValue) : -1;
        record.Context = Context(body);
        record.CallTime = format.CallTime.Exists ? Number(body, format.CallTime) : 0;
        record.ReturnTime = format.ReturnTime.Exists ? Number(body, format.ReturnTime) : 0;
    }

    /// <summary>The format of a function_graph entry; null for every other event id.</summary>
    public FunctionEventFormat? EntryFormat(int id)
        => id == _entryId ? Events.FunctionGraphEntry
            : id == _returnAddressEntryId ? Events.FunctionGraphReturnAddressEntry
            : null;

    private static ulong Number(byte* body, FieldFormat field) => RingBufferPageDecoder<TOrder>.Number(body, field);

    /// <summary>The id of the function whose address is in a field.</summary>
    public int Function(byte* body, FieldFormat field) => _functions[Number(body, field)];

    /// <summary>The pid of an event; -1 when the recording has no <c>common_pid</c>.</summary>
    public int Pid(byte* body) => Events.Pid.Exists ? (int)Number(body, Events.Pid) : -1;

    /// <summary>The task id of a pid; 0 when unknown.</summary>
    public int Task(int pid) => pid < 0 ? 0 : _tasks[pid];

    /// <summary>The execution context of an event.</summary>
    public ExecutionContext Context(byte* body) => _flags < 0 ? ExecutionContext.Unknown : Contexts[body[_flags]];

    /// <summary>A time stamp, converted to the clock that <c>trace-cmd report</c> shows.</summary>
    public ulong Time(ulong time, int cpu) => _isIdentity ? time : _times.Convert(time, cpu);
}
