namespace KernelMagnifier.Cmdlets;

/// <summary>The recommended actions of the engine's errors. The engine names no parameter of a cmdlet; this class does.</summary>
internal static class ErrorActions
{
    /// <summary>The action for errors that have none.</summary>
    public const string Fallback = "See Get-Help about_KernelMagnifier.";

    /// <summary>
    /// The recommended action: in terms of cmdlets where there is one, otherwise that of the engine; null without any.
    /// </summary>
    public static string? Of(KernelMagnifierException error) => error.Code switch
    {
        ErrorCode.OutputExists => "Add -Force to replace the file, or choose another path.",
        ErrorCode.NeedsSymbolMap => "Add -SymbolMap with the path of a symbol map or the output of Get-KmSymbolMap.",
        ErrorCode.NotForEdges => "Use call events instead: omit -AsEdge, or give the filter to Import-KmTrace.",
        ErrorCode.TraceNotFound => error.RecommendedAction ?? "Give the path of an existing recording.",
        ErrorCode.SymbolMapNotFound
            => "Give the path of an existing symbol map, or create one: Get-KmSymbolMap -OutFile ./symbol-filepath.map",
        ErrorCode.InstanceNotFound => error.RecommendedAction ?? "Omit -Instance.",
        ErrorCode.TraceUnreadable => error.RecommendedAction ?? "Give a recording: ftrace text, trace.dat or perf script text.",
        _ => error.RecommendedAction,
    };
}
