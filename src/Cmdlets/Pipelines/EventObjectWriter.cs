using System.Management.Automation;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>
/// Writes an object per kernel event. On another thread than the pipeline's, the events that arrive before the thread of the
/// pipeline runs the last action are written by it, so that events are neither late nor cost an action each.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="thread">The thread that reads; null for the thread of the pipeline.</param>
/// <param name="calls">Writes the calls; null for none.</param>
internal sealed class EventObjectWriter(Cmdlet cmdlet, ReadingThread? thread, CallSink? calls) : EventSink
{
    private const int MostHeld = 1024;

    private TraceContext _context = null!;
    private List<KernelEvent>? _held;

    public override CallSink? Calls => calls is null ? null : _ordered ??= new OrderedCalls(this, calls);

    private OrderedCalls? _ordered;

    public override void Begin(TraceContext context) => _context = context;

    public override void Accept(in EventRecord record)
    {
        var item = new KernelEvent(_context, in record);
        if (thread is null)
        {
            cmdlet.WriteObject(item);
            return;
        }
        var held = _held;
        if (held is not null)
            lock (held)
                if (held.Count is > 0 and < MostHeld)
                {
                    held.Add(item);
                    return;
                }
        Post(item);
    }

    /// <summary>Ends the list that events are added to: what follows is written after it.</summary>
    public void Flush() => _held = null;

    private void Post(KernelEvent first)
    {
        List<KernelEvent> held = _held = [first];
        thread!.Post(() =>
        {
            KernelEvent[] items;
            lock (held)
            {
                items = [.. held];
                held.Clear();
            }
            foreach (var item in items) cmdlet.WriteObject(item);
        });
    }

    /// <summary>Writes calls after the events before them.</summary>
    private sealed class OrderedCalls(EventObjectWriter events, CallSink calls) : CallSink
    {
        public override CallFields Fields => calls.Fields;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => calls.Begin(context);

        public override void Accept(ReadOnlySpan<CallRecord> batch)
        {
            events.Flush();
            calls.Accept(batch);
        }

        public override void End(TraceInfo info) => calls.End(info);
    }
}
