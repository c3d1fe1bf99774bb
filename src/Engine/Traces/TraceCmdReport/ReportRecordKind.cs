namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>What a line of a report contributes.</summary>
internal enum ReportRecordKind : byte
{
    /// <summary>A call of the function tracer.</summary>
    Call,

    /// <summary>The function_graph tracer entered a function.</summary>
    Entry,

    /// <summary>The function_graph tracer entered and left a function: <c>f();</c></summary>
    Leaf,

    /// <summary>The function_graph tracer left the function that the line names.</summary>
    Exit,

    /// <summary>The function_graph tracer left a function: <c>}</c></summary>
    Brace,

    /// <summary>Any other event. Its text can continue on the next lines.</summary>
    Event,

    /// <summary>The CPU lost events at this place.</summary>
    Loss,

    /// <summary>A line that cannot be parsed, unless it continues the text of the event before it.</summary>
    NotParsed,
}
