namespace KernelMagnifier.Model;

/// <summary>
/// What a sink needs to know about the records it is given: the recording they come from and the names they refer to. Calls and edges keep it, so it
/// travels with them through a pipeline. A layer that narrows the calls derives from it to add how (<c>FilteredContext</c> in Selection).
/// </summary>
public class TraceContext
{
    /// <summary>Creates a context.</summary>
    /// <param name="source">The recording.</param>
    /// <param name="names">The names that the records refer to.</param>
    public TraceContext(TraceSource source, CallNames names) => (Source, Names) = (source, names);

    /// <summary>The recording.</summary>
    public TraceSource Source { get; }

    /// <summary>The names that the records refer to.</summary>
    public CallNames Names { get; }
}
