using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Writes the calls of a recording as rows.</summary>
/// <param name="export">The files.</param>
internal sealed class CallTableSink(TableExport export) : CallSink
{
    private TraceContext _context = null!;
    private TableOutput? _output;

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.All & ~CallFields.Stack;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => (_context, _output) = (context, null);

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        if (calls.IsEmpty) return;
        var output = _output ??= export.OutputOfReading(TableKind.Calls, _context.Source);
        while (!calls.IsEmpty)
        {
            var rows = (CallTableRows)output.Current;
            if (!ReferenceEquals(rows.Context, _context)) rows.Context = _context;
            calls = calls[rows.Add(calls)..];
            if (rows.IsFull) output.Flush();
        }
    }
}
