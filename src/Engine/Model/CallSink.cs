namespace KernelMagnifier.Model;

/// <summary>Takes the calls of a recording. The pipeline of a shell, a counter and a writer are sinks.</summary>
public abstract class CallSink : TraceSink
{
    /// <summary>The fields of a record that the sink reads. A reader may leave the others unset.</summary>
    public virtual CallFields Fields => CallFields.Edge;

    /// <summary>Takes a batch. The span is valid only during the call.</summary>
    public abstract void Accept(ReadOnlySpan<CallRecord> calls);

    /// <inheritdoc/>
    public override CallSink Fork() => (CallSink)base.Fork();
}
