using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Tables;

/// <summary>Adds objects from a pipeline to the rows of tables that are kept as records.</summary>
/// <param name="export">The files.</param>
internal sealed class ObjectRows(TableExport export)
{
    private readonly Dictionary<TableOutput, TraceContext> _contexts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds a call.</summary>
    public void Add(CallEvent call, string? host)
    {
        var output = export.OutputOf(TableKind.Calls, call.Origin.Source, host);
        var context = Context(output, call.Origin.Source);
        var rows = (CallTableRows)output.Current;
        if (!ReferenceEquals(rows.Context, context))
        {
            if (rows.Count > 0) output.Flush();
            (rows = (CallTableRows)output.Current).Context = context;
        }
        var record = call.Record;
        (record.Function, record.Caller) = (Function(context, call.FunctionSymbol), Function(context, call.CallerSymbol));
        record.Task = Task(context, call.Task);
        rows.Add(new ReadOnlySpan<CallRecord>(in record));
        if (rows.IsFull) output.Flush();
    }

    /// <summary>Adds an event.</summary>
    public void Add(KernelEvent happened, string? host)
    {
        var output = export.OutputOf(TableKind.Events, happened.Origin.Source, host);
        var context = Context(output, happened.Origin.Source);
        var rows = (EventTableRows)output.Current;
        if (!ReferenceEquals(rows.Context, context))
        {
            if (rows.Count > 0) output.Flush();
            (rows = (EventTableRows)output.Current).Context = context;
        }
        var from = happened.Record;
        rows.Add(new EventRecord
        {
            Schema = from.Schema, Time = from.Time, Cpu = from.Cpu, ProcessId = from.ProcessId, Task = Task(context,
                happened.Task),
            Context = from.Context, Body = from.Body, Stack = from.Stack,
        });
        if (rows.IsFull) output.Flush();
    }

    /// <summary>Adds an interval.</summary>
    public void Add(Interval interval, string? host)
    {
        var output = export.OutputOf(TableKind.Intervals, interval.Origin.Source, host);
        var source = Context(output, interval.Origin.Source).Source;
        var rows = (IntervalTableRows)output.Current;
        if (!ReferenceEquals(rows.Source, source))
        {
            if (rows.Count > 0) output.Flush();
            (rows = (IntervalTableRows)output.Current).Source = source;
        }
        var texts = export.NamesOf(output);
        rows.Add(in interval.Record, texts.Of(interval.Key), texts.Of(interval.Name), texts.Of(interval.Comm),
            texts.Of(interval.WakerComm));
        if (rows.IsFull) output.Flush();
    }

    /// <summary>
    /// What the rows refer to: the names of all objects of a file, and the clock. Copies of the same recording, as those of
    /// several readings, have one clock and another time of day.
    /// </summary>
    private TraceContext Context(TableOutput output, TraceSource source)
    {
        if (_contexts.TryGetValue(output, out var context) && context.Source.WallOffset == source.WallOffset
            && context.Source.ClockUnit == source.ClockUnit)
            return context;
        if (context is not null && context.Source.ClockUnit != source.ClockUnit)
            throw new KernelMagnifierException(ErrorCode.MixedInput, output.Path,
                "two recordings of this name have clocks with different units.",
                    "Write them apart, with a name for each recording.");
        context = new TraceContext(
            new TraceSource(source.Path) { WallOffset = source.WallOffset, ClockUnit = source.ClockUnit,
                KernelRelease = source.KernelRelease },
            context?.Names ?? new CallNames { IsDetached = true });
        _contexts[output] = context;
        return context;
    }

    private static int Function(TraceContext context, FunctionSymbol function)
        => function.KnownName is null ? 0
            : context.Names.Function(function.Name, function.Module, function.Sources.IsDefault ? [] : function.Sources);

    private static int Task(TraceContext context, KernelTask task)
        => task.Id == 0 && task.KnownComm is null && task.KnownProcessId is null ? 0
            : context.Names.Task(NameText.Encode(task.Comm), task.ProcessId, task.ThreadGroupId);
}
