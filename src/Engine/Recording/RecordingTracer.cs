namespace KernelMagnifier.Recording;

/// <summary>The tracer of a recording.</summary>
public enum RecordingTracer
{
    /// <summary>The function tracer: every call, with its caller.</summary>
    Function,

    /// <summary>The function_graph tracer: every call and return, with durations.</summary>
    FunctionGraph,

    /// <summary>No tracer: events only.</summary>
    None,
}
