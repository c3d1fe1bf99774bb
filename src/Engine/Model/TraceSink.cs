namespace KernelMagnifier.Model;

/// <summary>
/// Takes what a reader finds in a recording, a batch at a time. A reader chooses its path by the kind of the sink once per reading, so that
/// a sink of one kind never pays for another. <see cref="CallSink"/> takes calls.
/// </summary>
public abstract class TraceSink
{
    /// <summary>
    /// True: the sink gets every record in time order, on the thread that started the reading.
    /// False: the reader may use all cores, each with its own <see cref="Fork"/>, and deliver in any order.
    /// </summary>
    public virtual bool InOrder => false;

    /// <summary>Called once, before the first batch.</summary>
    /// <param name="context">The recording and the names that the records refer to.</param>
    public virtual void Begin(TraceContext context) { }

    /// <summary>Returns a sink of the same kind for another thread. Called only if <see cref="InOrder"/> is false.</summary>
    public virtual TraceSink Fork() => throw new NotSupportedException($"{GetType().Name} takes records in order, on one thread.");

    /// <summary>Adds what a <see cref="Fork"/> has taken. Called on the thread that started the reading.</summary>
    public virtual void Join(TraceSink fork) => throw new NotSupportedException($"{GetType().Name} takes records in order, on one thread.");

    /// <summary>Called once, after the last batch of a reading that was neither stopped nor failed.</summary>
    /// <param name="info">The recording, now that all of it is known.</param>
    public virtual void End(TraceInfo info) { }
}
