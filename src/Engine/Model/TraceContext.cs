namespace KernelMagnifier.Model;

/// <summary>
/// The recording that records come from and the names that they refer to. Calls and edges keep a reference to it through a
/// pipeline. A layer that selects calls derives from it to add the filter (<c>FilteredContext</c> in Selection).
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
