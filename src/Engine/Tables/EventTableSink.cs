using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Writes the events of a recording as rows, and in the same reading its calls and intervals.</summary>
/// <param name="export">The files.</param>
/// <param name="withEvents">Whether events are written.</param>
/// <param name="calls">Writes the calls; null for none.</param>
/// <param name="pairs">Pairs the events to intervals; null for none.</param>
internal sealed class EventTableSink(TableExport export, bool withEvents, CallTableSink? calls, IntervalBuilder? pairs)
    : EventSink
{
    private readonly CallSink? _calls = calls is not null && pairs?.Calls is { } ofPairs ? new CallTee(calls, ofPairs)
        : calls ?? pairs?.Calls;
    private readonly Dictionary<EventSchema, bool> _paired = new(ReferenceEqualityComparer.Instance);
    private TraceContext _context = null!;
    private TableOutput? _output;
    private EventSchema? _last;
    private bool _isLastPaired;

    /// <inheritdoc/>
    public override CallFields Fields
        => (pairs?.Fields ?? 0) | (withEvents ? CallFields.Task | CallFields.Context | CallFields.Stack : 0);

    /// <inheritdoc/>
    public override CallSink? Calls => _calls;

    /// <inheritdoc/>
    public override bool NeedsCallOrder => false;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => pairs?.Warnings ?? [];

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        (_context, _output) = (context, null);
        pairs?.Begin(context);
    }

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => IsPaired(schema) || withEvents;

    /// <inheritdoc/>
    public override EventDigester? NewDigester() => withEvents ? null : pairs?.NewDigester();

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<EventDigest> digests, int cpu) => pairs!.Accept(digests, cpu);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (pairs is not null)
        {
            if (!ReferenceEquals(record.Schema, _last)) (_last, _isLastPaired) = (record.Schema, IsPaired(record.Schema));
            if (_isLastPaired) pairs.Accept(in record);
        }
        if (!withEvents) return;
        _output ??= export.OutputOfReading(TableKind.Events, _context.Source);
        var rows = (EventTableRows)_output.Current;
        if (!ReferenceEquals(rows.Context, _context)) rows.Context = _context;
        rows.Add(in record);
        if (rows.IsFull) _output.Flush();
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time) => pairs?.Lost(cpu, events, time);

    /// <inheritdoc/>
    public override void End(TraceInfo info) => pairs?.End(info);

    private bool IsPaired(EventSchema schema)
    {
        if (pairs is null) return false;
        if (!_paired.TryGetValue(schema, out var isPaired)) _paired.Add(schema, isPaired = pairs.Wants(schema));
        return isPaired;
    }
}
