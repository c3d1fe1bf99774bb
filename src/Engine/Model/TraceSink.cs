namespace KernelMagnifier.Model;

/// <summary>
/// Receives the records of a recording in batches. A reader chooses its code path by the kind of the sink once per reading, so
/// that a sink of one kind costs nothing for another. <see cref="CallSink"/> receives calls.
/// </summary>
internal abstract class TraceSink
{
    /// <summary>
    /// True if the sink needs every record in time order, on the thread that started the reading.
    /// If false, the reader may use all cores, each with its own <see cref="Fork"/>, and deliver records in any order.
    /// </summary>
    public virtual bool InOrder => false;

    /// <summary>What the user should know about how the records are kept, such as that some are counted together.</summary>
    public virtual IEnumerable<string> Warnings => [];

    /// <summary>Called once, before the first batch.</summary>
    /// <param name="context">The recording and the names that the records refer to.</param>
    public virtual void Begin(TraceContext context) { }

    /// <summary>Returns a sink of the same kind for another thread. Called only if <see cref="InOrder"/> is false.</summary>
    public virtual TraceSink Fork() => throw NeedsOrder();

    /// <summary>Adds the records that a <see cref="Fork"/> received. Called on the thread that started the reading.</summary>
    public virtual void Join(TraceSink fork) => throw NeedsOrder();

    /// <summary>
    /// Called on the thread of the reading when no record comes for the moment: what is held back to save work is passed on now.
    /// Only if <see cref="InOrder"/>, and only where records come slowly: from a pipe, live, or at the speed of a clock.
    /// </summary>
    public virtual void Idle() { }

    /// <summary>Called once after the last batch, unless the reading was stopped or failed.</summary>
    /// <param name="info">The description of the recording.</param>
    public virtual void End(TraceInfo info) { }

    private NotSupportedException NeedsOrder() => new($"{GetType().Name} receives records in order, on one thread.");
}
