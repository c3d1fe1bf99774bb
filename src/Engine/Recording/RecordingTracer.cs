namespace KernelMagnifier.Recording;

/// <summary>What records.</summary>
public enum RecordingTracer
{
    /// <summary>Every call: the function, and who called it.</summary>
    Function,

    /// <summary>Every call and return, with durations.</summary>
    FunctionGraph,

    /// <summary>No function calls, only events.</summary>
    None,
}
