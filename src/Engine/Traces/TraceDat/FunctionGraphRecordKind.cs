namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The meaning of a record for the pairing of function_graph entries with exits.</summary>
internal enum FunctionGraphRecordKind : byte
{
    /// <summary>An event that is not a call. It matters only because it separates an entry from the exit after it.</summary>
    Other,

    /// <summary>The function_graph tracer entered a function.</summary>
    Entry,

    /// <summary>The function_graph tracer left a function.</summary>
    Exit,

    /// <summary>A call of the function tracer, which has no exit.</summary>
    Call,

    /// <summary>Events of this CPU were lost here.</summary>
    Lost,
}
