using KernelMagnifier.Model;

namespace KernelMagnifier.Replay;

/// <summary>Passes kernel events on when they are due, and the calls between them.</summary>
/// <param name="sink">Receives them.</param>
/// <param name="clock">Says when each is due.</param>
internal sealed class PacedEvents(EventSink sink, ReplayClock clock) : EventSink
{
    private readonly PacedCalls? _calls = sink.Calls is { } calls ? new PacedCalls(calls, clock) : null;
    private TraceSource? _source;

    /// <inheritdoc/>
    public override CallFields Fields => sink.Fields;

    /// <inheritdoc/>
    public override bool WantsMessages => sink.WantsMessages;

    /// <inheritdoc/>
    public override CallSink? Calls => _calls;

    /// <inheritdoc/>
    public override bool NeedsCallOrder => sink.NeedsCallOrder;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => sink.Warnings;

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => sink.Wants(schema);

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _source = context.Source;
        clock.Restart();
        sink.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        PacedCalls.RequireTime(_source!);
        if (!clock.IsDue(record.Time))
        {
            Idle();
            clock.Await(record.Time);
        }
        sink.Accept(in record);
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time) => sink.Lost(cpu, events, time);

    /// <inheritdoc/>
    public override void Idle()
    {
        sink.Idle();
        sink.Calls?.Idle();
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info) => sink.End(info);
}
