namespace KernelMagnifier.Model;

/// <summary>Receives the calls of a recording. Counters, writers and the PowerShell pipeline are sinks.</summary>
public abstract class CallSink : TraceSink
{
    /// <summary>The fields of a record that the sink reads. A reader may leave the others unset.</summary>
    public virtual CallFields Fields => CallFields.Edge;

    /// <summary>Receives a batch of calls. The span is valid only until the method returns.</summary>
    public abstract void Accept(ReadOnlySpan<CallRecord> calls);

    /// <inheritdoc/>
    public override CallSink Fork() => (CallSink)base.Fork();
}
