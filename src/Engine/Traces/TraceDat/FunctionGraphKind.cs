namespace KernelMagnifier.Traces.TraceDat;

/// <summary>What a record is to the nesting of calls.</summary>
internal enum FunctionGraphKind : byte
{
    /// <summary>An event that is no call; it only stands between two others.</summary>
    Other,

    /// <summary>A function was entered (function_graph).</summary>
    Entry,

    /// <summary>A function returned (function_graph).</summary>
    Exit,

    /// <summary>A call of the function tracer, which nests in nothing.</summary>
    Call,

    /// <summary>Events of this CPU were lost here.</summary>
    Lost,
}
