using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>Passes events to the sink, each followed by the caller → callee pairs of its call chain.</summary>
internal sealed class PerfScriptEventDelivery
{
    private readonly CallBuffer _calls = new();
    private readonly CallFeed _feed;
    private readonly TextEventDelivery _delivery;
    private readonly CallSink? _sink;

    public PerfScriptEventDelivery(EventDispatch dispatch, TextEventSchemas schemas)
    {
        _sink = dispatch.Sink.Calls;
        _feed = new CallFeed(_calls, null, dispatch.Context.Names);
        (Samples, _delivery) = (new PerfScriptSamples(_feed), new TextEventDelivery(dispatch, schemas));
    }

    /// <summary>The samples that the calls are made of.</summary>
    public PerfScriptSamples Samples { get; }

    /// <summary>Takes the next block.</summary>
    public void Take(PerfScriptBlock block)
    {
        var done = 0;
        if (_sink is not null)
        {
            foreach (ref var entry in block.Events.Entries)
            {
                // A loss is before the event behind it.
                if (entry.Schema != TextEventEntry.Loss)
                {
                    Samples.Take(block.Tokens, done, entry.CallsBefore);
                    done = entry.CallsBefore;
                }
                MoveCalls(block.Events.Calls);
                entry.CallsBefore = block.Events.Calls.Count;
            }
        }
        Samples.Take(block.Tokens, done, block.Tokens.Items.Count);
        MoveCalls(block.Events.Calls);
        _delivery.Take(block.Events);
    }

    /// <summary>Delivers what is left.</summary>
    public void End()
    {
        _delivery.End();
        Samples.End();
        if (_sink is not null) _calls.DeliverTo(_sink);
    }

    private void MoveCalls(CallBuffer calls)
    {
        _feed.Flush();
        if (_sink is not null) calls.Add(_calls.Calls);
        _calls.Clear();
    }
}
