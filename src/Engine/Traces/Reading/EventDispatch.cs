using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>The interface between a format reader and a sink of events during one reading.</summary>
internal sealed class EventDispatch(EventSink sink, TraceContext context, TraceReadOptions options, CancellationToken cancel)
    : ReadDispatch(options, cancel)
{
    /// <summary>The sink.</summary>
    public EventSink Sink => sink;

    /// <summary>The recording and its names.</summary>
    public TraceContext Context => context;

    private protected override void IdleSink()
    {
        sink.Idle();
        sink.Calls?.Idle();
    }

    /// <summary>The interface for the calls of the same reading.</summary>
    /// <param name="into">Takes the calls, which the reader passes on to <see cref="EventSink.Calls"/>.</param>
    public CallDispatch Calls(CallSink into) => new(into, null, null, context, Options, Cancel);
}
