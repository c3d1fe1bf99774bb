using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// Passes the events of blocks to the sink, in order, and the calls between them. An event is held until the next block if a line
/// there can belong to it.
/// </summary>
internal sealed class TextEventDelivery(EventDispatch dispatch, TextEventSchemas schemas)
{
    // Losses without a time: only text that no kernel prints has as many in a row.
    private const int MostHeld = 1 << 16;

    private readonly EventSink _sink = dispatch.Sink;
    private readonly CallSink? _calls = dispatch.Sink.Calls;
    private readonly TextEventBlock _held = new();
    private long _last = CallRecord.NoTime;

    /// <summary>Takes the next block.</summary>
    public void Take(TextEventBlock block)
    {
        if (_held.Count > 0)
        {
            _held.Continue(block);
            // A loss has the time of the next line that has one.
            if (_held.HasUntimed && block.FirstTime is null && _held.Count < MostHeld)
            {
                if (block.Count == 0) _held.HoldCalls(block);
                else _held.HoldFrom(block);
                return;
            }
            // No line of the block has started anything, so the next block can still belong to the same event.
            if (block.Count == 0 && block.FirstTime is null && block.Target != TextEventTarget.Nothing)
            {
                _held.HoldCalls(block);
                return;
            }
            Deliver(_held, _held.Count);
            _held.Clear();
        }
        Deliver(block, block.FirstOpen);
        _held.HoldFrom(block);
    }

    /// <summary>Delivers what is left, or what is held while no line comes.</summary>
    public void End()
    {
        if (_held.NeedsTime) _held.NoteTime(_last);
        Deliver(_held, _held.Count);
        _held.Clear();
    }

    private void Deliver(TextEventBlock block, int count)
    {
        var text = block.Text;
        var done = 0;
        foreach (ref readonly var entry in block.Entries[..count])
        {
            done = DeliverCalls(block, done, entry.CallsBefore);
            if (entry.Schema == TextEventEntry.Loss)
            {
                _sink.Lost(entry.Cpu, entry.Lost == TextEventEntry.NotCounted ? null : entry.Lost, entry.Time);
                continue;
            }
            _last = entry.Time;
            _sink.Accept(new EventRecord
            {
                Schema = schemas[entry.Schema], Time = entry.Time, Cpu = entry.Cpu, ProcessId = entry.ProcessId,
                Task = entry.Task, Context = entry.Context, Body = text.Slice(entry.BodyStart, entry.BodyLength),
                Stack = text.Slice(entry.StackStart, entry.StackLength),
            });
        }
        // The calls behind an event that is held are delivered with it.
        DeliverCalls(block, done, count == block.Count ? block.Calls.Count : block.Entries[count].CallsBefore);
    }

    private int DeliverCalls(TextEventBlock block, int from, int to)
    {
        if (to > from) _calls?.Accept(block.Calls.Calls[from..to]);
        return Math.Max(from, to);
    }
}
