namespace KernelMagnifier.Model;

/// <summary>
/// Takes the calls of a recording, a batch at a time. The pipeline of a shell, a counter and a writer are sinks;
/// a reader knows no more of them than this.
/// </summary>
public abstract class CallSink
{
    /// <summary>What the sink reads of a record; readers may leave the rest unset.</summary>
    public virtual CallFields Fields => CallFields.Edge;

    /// <summary>
    /// True: <see cref="Accept"/> gets every record in time order, on the thread that called the reader.
    /// False: the reader may use all cores, each with its own <see cref="Fork"/>, in any order.
    /// </summary>
    public virtual bool InOrder => false;

    /// <summary>Called once, before the first batch, with the names the records refer to.</summary>
    public virtual void Begin(CallNames names) { }

    /// <summary>Takes a batch. The span is only good during the call.</summary>
    public abstract void Accept(ReadOnlySpan<CallRecord> calls);

    /// <summary>A sink of the same kind for another thread, later given to <see cref="Join"/>. Asked only of sinks that take any order.</summary>
    public virtual CallSink Fork() => throw new NotSupportedException($"{GetType().Name} takes calls in order, on one thread.");

    /// <summary>Adds what a <see cref="Fork"/> took.</summary>
    public virtual void Join(CallSink fork) => throw new NotSupportedException($"{GetType().Name} takes calls in order, on one thread.");
}
