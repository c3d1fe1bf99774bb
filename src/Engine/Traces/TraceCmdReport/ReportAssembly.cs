using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>
/// Takes the lines of a report in order and delivers the calls. Entries and exits are paired as those of a trace.dat.
/// </summary>
internal sealed class ReportAssembly
{
    /// <summary>Most lines of an event's text after its first, apart from those of a stack trace.</summary>
    private const int MaxTextLines = 64;

    private readonly CallFeed _feed;
    private readonly EntryExitPairing _pairing;
    private readonly TraceStatistics _statistics;
    private readonly bool _inOrder;
    private int _lossInstance, _textLines;
    private bool _inEvent;

    public ReportAssembly(CallDispatch dispatch, CallNames names, TraceStatistics statistics)
    {
        (_feed, _inOrder, _statistics) = (dispatch.Feed(), dispatch.InOrder, statistics);
        _pairing = new EntryExitPairing(ReportInstances.MaxCount, isCallTimeComparable: false,
            dispatch.Fields.HasFlag(CallFields.Stack) ? names.Stacks : null,
            Holder(dispatch), names.Budget);
    }

    /// <summary>A sink that takes calls in order waits for durations only if it reads them.</summary>
    private ICallHolder Holder(CallDispatch dispatch)
        => !_inOrder ? new UnorderedCallHolder(_feed)
            : dispatch.Fields.HasFlag(CallFields.Duration) ? new OrderedCallHolder(_feed)
            : new ImmediateCallHolder(_feed);

    /// <summary>Whether an entry of the function_graph tracer was met.</summary>
    public bool HasEntries => _pairing.HasEntries;

    /// <summary>The calls whose stack is not completely known.</summary>
    public long NotPlaced => _pairing.NotPlaced;

    /// <summary>The exits that end a leaf.</summary>
    public long LeafReturns => _pairing.LeafExits;

    /// <summary>The calls of the function tracer with a caller, and those without.</summary>
    public (long With, long Without) Callers { get; private set; }

    /// <summary>Takes the next block.</summary>
    public void Take(ReportRecords records) => Take(records, 0, records.Items.Length);

    /// <summary>Takes a part of a block.</summary>
    public void Take(ReportRecords records, int from, int to)
    {
        foreach (ref readonly var record in records.Items[from..to])
        {
            if (record.Kind == ReportRecordKind.NotParsed) TakeText(record.Instance, records);
            else if (record.Kind == ReportRecordKind.Loss) TakeLoss(in record);
            else Take(in record);
        }
        if (_inOrder) _feed.Flush();
    }

    /// <summary>Delivers the calls that are still open.</summary>
    public void End()
    {
        _pairing.Finish();
        _feed.Flush();
        foreach (var (cpu, exits) in _pairing.Exits) _statistics.Other(cpu, "funcgraph_exit", exits);
    }

    private void Take(in ReportRecord record)
    {
        var instance = record.Instance == ReportRecord.NoInstance ? _lossInstance : record.Instance;
        (_lossInstance, _inEvent, _textLines) = (0, record.Kind == ReportRecordKind.Event, 0);
        var call = record.Call;
        switch (record.Kind)
        {
            case ReportRecordKind.Call:
                Callers = call.Caller != 0 ? (Callers.With + 1, Callers.Without) : (Callers.With, Callers.Without + 1);
                Add(ref call, FunctionGraphRecordKind.Call, instance, record.Cpu);
                return;
            case ReportRecordKind.Event:
                Add(ref call, FunctionGraphRecordKind.Other, instance, record.Cpu);
                return;
            case ReportRecordKind.Leaf:
                Add(ref call, FunctionGraphRecordKind.Entry, instance, record.Cpu);
                Add(ref call, FunctionGraphRecordKind.Exit, instance, record.Cpu);
                break;
            case ReportRecordKind.Entry:
                Add(ref call, FunctionGraphRecordKind.Entry, instance, record.Cpu);
                break;
            case ReportRecordKind.Brace:
                // It does not end a leaf, even if a filter of trace-cmd leaves it right behind the entry.
                Add(ref call, FunctionGraphRecordKind.Other, instance, record.Cpu);
                Add(ref call, FunctionGraphRecordKind.Exit, instance, record.Cpu);
                break;
            default:
                Add(ref call, FunctionGraphRecordKind.Exit, instance, record.Cpu);
                break;
        }
    }

    private void Add(ref FunctionGraphRecord call, FunctionGraphRecordKind kind, int instance, int cpu)
    {
        call.Kind = kind;
        _pairing.Add(in call, instance, cpu);
    }

    private void TakeLoss(in ReportRecord record)
    {
        // The event behind it belongs to the same instance and has no column for it.
        _lossInstance = record.Instance;
        _pairing.Add(new FunctionGraphRecord { Kind = FunctionGraphRecordKind.Lost }, record.Instance, record.Cpu);
    }

    /// <summary>Takes a line that cannot be parsed: the text of an event can contain newlines.</summary>
    private void TakeText(int number, ReportRecords records)
    {
        if (_inEvent && ++_textLines <= MaxTextLines) return;
        var (reason, sample) = records.NotParsed[number];
        _statistics.NotParsed(-1, reason, sample);
    }
}
