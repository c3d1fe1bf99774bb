using KernelMagnifier.Model;

namespace KernelMagnifier.Replay;

/// <summary>Passes calls on when they are due. A batch is divided at the calls that are not due yet.</summary>
/// <param name="sink">Receives them.</param>
/// <param name="clock">Says when each is due.</param>
internal sealed class PacedCalls(CallSink sink, ReplayClock clock) : CallSink
{
    private TraceSource? _source;

    /// <inheritdoc/>
    public override CallFields Fields => sink.Fields | CallFields.Time;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => sink.Warnings;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _source = context.Source;
        clock.Restart();
        sink.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        RequireTime(_source!);
        var from = 0;
        for (var i = 0; i < calls.Length; i++)
        {
            if (clock.IsDue(calls[i].Time)) continue;
            if (i > from) sink.Accept(calls[from..i]);
            from = i;
            sink.Idle();
            clock.Await(calls[i].Time);
        }
        if (from < calls.Length) sink.Accept(calls[from..]);
    }

    /// <inheritdoc/>
    public override void Idle() => sink.Idle();

    /// <inheritdoc/>
    public override void End(TraceInfo info) => sink.End(info);

    /// <summary>Refuses a recording whose clock has no unit of time.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>.</exception>
    public static void RequireTime(TraceSource source)
    {
        // A reader can learn the unit after it has begun to read.
        if (source.ClockUnit == ClockUnit.Nanoseconds) return;
        throw new KernelMagnifierException(ErrorCode.BadRequest, source.Path,
            "its clock counts without a unit of time, so there is no speed at which it can be watched.",
            "Watch it as fast as possible.");
    }
}
