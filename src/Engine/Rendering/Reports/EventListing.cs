using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes each kernel event as a line, in time order, while the recording is read, and calls between them. A table has the lines
/// of <c>trace-cmd report</c>. The columns of CSV and JSON are the properties of <see cref="KernelEvent"/> in camelCase.
/// </summary>
internal sealed class EventListing : EventSink
{
    private readonly Utf8Output _output;
    private readonly EventRows _rows;
    private readonly long _limit;
    private readonly CallLines? _calls;
    private TraceContext _context = null!;

    /// <summary>Creates a listing.</summary>
    /// <param name="output">Receives UTF-8. It is not closed.</param>
    /// <param name="format">The format.</param>
    /// <param name="style">The destination.</param>
    /// <param name="withCalls">Whether calls are written, too.</param>
    /// <param name="limit">The most lines to write.</param>
    public EventListing(
        Stream output, ReportFormat format, ReportStyle style = default, bool withCalls = false, long limit = long.MaxValue)
    {
        var text = _output = new Utf8Output(output);
        _rows = format switch
        {
            ReportFormat.Csv => new CsvEventRows(text, style, withCalls),
            ReportFormat.Table => new TextEventRows(text),
            _ => new JsonEventRows(text, asArray: format == ReportFormat.Json),
        };
        _limit = limit;
        _calls = withCalls ? new CallLines(this) : null;
    }

    /// <summary>The number of lines written.</summary>
    public long Written { get; private set; }

    /// <summary>Whether the limit is reached and no more lines are written.</summary>
    public bool IsFull => Written >= _limit;

    /// <summary>Called once when <see cref="IsFull"/> becomes true. The reading can then end.</summary>
    public Action? Full { get; init; }

    /// <inheritdoc/>
    public override bool WantsMessages => _rows is TextEventRows;

    /// <inheritdoc/>
    public override CallSink? Calls => _calls;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _context = context;
        _rows.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (IsFull) return;
        _rows.Event(in record);
        if (++Written == _limit) Full?.Invoke();
    }

    /// <inheritdoc/>
    public override void Idle() => _output.Flush();

    /// <summary>Writes the end of the listing.</summary>
    public void Finish() => _rows.Finish();

    /// <summary>Writes the calls.</summary>
    private sealed class CallLines(EventListing listing) : CallSink
    {
        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (ref readonly var call in calls)
            {
                if (listing.IsFull) return;
                // An object per line: most lines of a listing with calls are worth it, and the properties are the columns.
                listing._rows.Call(new CallEvent(listing._context, in call), in call);
                if (++listing.Written == listing._limit) listing.Full?.Invoke();
            }
        }
    }
}
