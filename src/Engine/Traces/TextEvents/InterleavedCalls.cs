using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// Takes the calls that are made of the lines of a block on the calling thread, and passes them to the sink between the events.
/// The <see cref="TextEventEntry.CallsBefore"/> of the events counts lines until then. A call is taken at its entry, so that it
/// is in time order with the events: without the durations that only a later line tells.
/// </summary>
internal sealed class InterleavedCalls(EventDispatch dispatch, TextEventSchemas schemas) : CallSink
{
    private readonly CallBuffer _calls = new();
    private readonly TextEventDelivery _delivery = new(dispatch, schemas);
    private readonly CallSink? _sink = dispatch.Sink.Calls;

    /// <inheritdoc/>
    public override CallFields Fields => (_sink?.Fields ?? CallFields.Edge) & ~CallFields.Duration;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        if (_sink is not null) _calls.Add(calls);
    }

    /// <summary>Takes a block.</summary>
    /// <param name="block">The events.</param>
    /// <param name="lines">The number of lines.</param>
    /// <param name="take">Passes the calls of some lines to this sink.</param>
    public void Take(TextEventBlock block, int lines, Action<int, int> take)
    {
        var done = 0;
        foreach (ref var entry in block.Entries)
        {
            if (_sink is not null)
            {
                // A loss belongs before the event behind it.
                if (entry.Schema != TextEventEntry.Loss && entry.CallsBefore > done)
                {
                    take(done, entry.CallsBefore);
                    done = entry.CallsBefore;
                }
                MoveTo(block);
            }
            entry.CallsBefore = block.Calls.Count;
        }
        take(done, lines);
        MoveTo(block);
        _delivery.Take(block);
    }

    /// <summary>Delivers what is left.</summary>
    /// <param name="take">Passes the calls that are left to this sink.</param>
    public void End(Action take)
    {
        _delivery.End();
        take();
        if (_sink is not null) _calls.DeliverTo(_sink);
        _calls.Clear();
    }

    private void MoveTo(TextEventBlock block)
    {
        block.Calls.Add(_calls.Calls);
        _calls.Clear();
    }
}
