namespace KernelMagnifier.Recording;

/// <summary>The kernel's names of the tracers.</summary>
internal static class RecordingTracerNames
{
    /// <summary>The name in <c>available_tracers</c>; null for <see cref="RecordingTracer.None"/>.</summary>
    public static string? KernelName(this RecordingTracer tracer) => tracer switch
    {
        RecordingTracer.Function => "function",
        RecordingTracer.FunctionGraph => "function_graph",
        _ => null,
    };
}
