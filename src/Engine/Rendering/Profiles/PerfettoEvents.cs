using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes kernel events as Perfetto itself records them: in messages FtraceEventBundle of one CPU each. When Perfetto opens the
/// trace, it makes scheduling slices, states of threads, system calls, interrupts and the arrows of wake-ups of them.
/// </summary>
internal sealed class PerfettoEvents
{
    // TracePacket
    private const int FtraceEvents = 1;

    // FtraceEventBundle, and FtraceEvent
    private const int BundleCpu = 1, BundleEvent = 2, BundleLost = 3, EventTime = 1, EventPid = 2;

    // Perfetto refuses a whole trace that has events of further CPUs (kMaxCpuCount in ftrace_tokenizer.cc).
    private const int MostCpus = 1024;

    // Perfetto sorts events by their time, so a bundle can wait until it has some length.
    private const int FlushAt = 1 << 15;

    private readonly PerfettoPackets _packets;
    private readonly Dictionary<EventSchema, FtraceKind> _kinds = [];
    private readonly FtraceBundle?[] _bundles = new FtraceBundle?[MostCpus];
    private readonly FtraceFunctions _functions;
    private readonly FtraceMessageWriter _writer;
    private readonly PerfettoSlices _slices;
    private readonly ProtoWriter _message = new(), _event = new();
    private TraceContext? _context;
    private long _notPlaced, _first = long.MaxValue;
    private bool _isDescribed, _hasSwitch, _hasWaking, _hasRawSyscalls;

    public PerfettoEvents(PerfettoPackets packets)
    {
        (_packets, _functions, _slices) = (packets, new FtraceFunctions(packets), new PerfettoSlices(packets));
        _writer = new FtraceMessageWriter(_functions);
    }

    /// <summary>The number of events that were written.</summary>
    public long Count { get; private set; }

    /// <summary>Notes about the limits of the trace, as sentences.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (_notPlaced > 0)
                yield return $"{DisplayText.Count(_notPlaced, "kernel event")} without a time, a task or a CPU below {MostCpus} "
                    + $"{(_notPlaced == 1 ? "is" : "are")} left out.";
            if (_hasSwitch && !_hasWaking)
                yield return "The recording has no sched_waking events: a task is shown as sleeping until it runs.";
            if (_functions.Unnamed > 0)
                yield return $"The functions of {DisplayText.Count(_functions.Unnamed, "event")} have no names, because there are "
                    + "too many of them.";
        }
    }

    /// <summary>Begins the events of a recording.</summary>
    public void Begin(TraceContext context)
    {
        if (ReferenceEquals(context, _context)) return;
        EndRecording();
        _context = context;
    }

    /// <summary>Writes an event.</summary>
    public void Accept(in EventRecord record)
    {
        if (!_kinds.TryGetValue(record.Schema, out var kind)) kind = Add(record.Schema);
        var pid = record.ProcessId >= 0 ? record.ProcessId : (int)(kind.Task.Number(record.Body) ?? -1);
        if (record.Time < 0 || (uint)record.Cpu >= MostCpus || pid < 0)
        {
            _notPlaced++;
            return;
        }
        if (!_isDescribed) Describe();
        Count++;
        _first = Math.Min(_first, record.Time);
        var bundle = _bundles[record.Cpu] ??= new FtraceBundle();
        bundle.Latest = Math.Max(bundle.Latest ?? 0, record.Time);
        var message = Fill(kind, in record, pid);
        if (bundle.Events++ == 0) bundle.Written.Always(BundleCpu, record.Cpu);
        _event.Always(EventTime, record.Time);
        _event.Always(EventPid, pid);
        _event.Message(message, _message);
        bundle.Written.Message(BundleEvent, _event);
        _message.Clear();
        _event.Clear();
        if (bundle.Written.Written.Length > FlushAt) Flush(bundle);
    }

    /// <summary>Marks that events were lost on a CPU, before its next event.</summary>
    public void Lost(int cpu, long? events, long time)
    {
        if ((uint)cpu >= MostCpus || time < 0) return;
        var bundle = _bundles[cpu] ??= new FtraceBundle();
        Flush(bundle);
        bundle.IsAfterLoss = true;
        _slices.Loss(cpu, events, Math.Min(bundle.Latest ?? time, time), time);
    }

    /// <summary>Writes what is left.</summary>
    public void Complete()
    {
        EndRecording();
        _context = null;
    }

    private void EndRecording()
    {
        foreach (var bundle in _bundles)
        {
            if (bundle is null) continue;
            Flush(bundle);
            bundle.Latest = null;
        }
        if (_context is not null && Count > 0) PerfettoTasks.Write(_context.Names, _hasSwitch, _first, _packets);
        _kinds.Clear();
        _functions.Clear();
        _hasRawSyscalls = false;
    }

    private FtraceKind Add(EventSchema schema)
    {
        var kind = FtraceKind.Of(schema);
        _kinds.Add(schema, kind);
        _hasSwitch |= schema.Name == "sched_switch";
        _hasWaking |= schema.Name == "sched_waking";
        _hasRawSyscalls |= kind.Message is FtraceMessages.SysEnter or FtraceMessages.SysExit;
        return kind;
    }

    /// <summary>Writes the fields of an event, and returns the field of FtraceEvent for them.</summary>
    private int Fill(FtraceKind kind, in EventRecord record, int pid)
    {
        if (kind.Message != FtraceMessages.Generic)
        {
            _writer.WriteTyped(kind, record.Body, _message);
            return kind.Message;
        }
        var isSyscall = kind.Role is FtraceRole.NamedEnter or FtraceRole.NamedExit && !_hasRawSyscalls;
        if (isSyscall && kind.Number.TryNumber(record.Body, out var number))
        {
            FtraceMessageWriter.WriteSyscall(kind, record.Body, number, _message);
            return kind.Role == FtraceRole.NamedEnter ? FtraceMessages.SysEnter : FtraceMessages.SysExit;
        }
        if (isSyscall) _slices.Syscall(kind, pid, _context?.Names.Tasks[record.Task].KnownComm, record.Time);
        else if (kind.Role is FtraceRole.VectorEntry or FtraceRole.VectorExit && kind.Number.TryNumber(record.Body, out _))
            _slices.Vector(kind, record.Cpu, record.Time);
        _writer.WriteGeneric(kind, record.Body, _message);
        return FtraceMessages.Generic;
    }

    /// <summary>Writes the kernel, by which Perfetto decodes the states of tasks and names system calls.</summary>
    private void Describe()
    {
        _isDescribed = true;
        var source = _context?.Source;
        _writer.States = new PerfettoStates(source?.KernelRelease);
        PerfettoTasks.WriteKernel(source?.KernelRelease, source?.Machine, _packets);
    }

    private void Flush(FtraceBundle bundle)
    {
        if (bundle.Events == 0) return;
        if (bundle.IsAfterLoss) bundle.Written.Always(BundleLost, 1);
        _packets.Write(FtraceEvents, bundle.Written);
        (bundle.Events, bundle.IsAfterLoss) = (0, false);
    }
}
