namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The kinds of text after the prefix of a line.</summary>
internal enum FunctionTextEventKind
{
    /// <summary>Neither a call nor another event.</summary>
    None,

    /// <summary>An event of the function tracer.</summary>
    Call,

    /// <summary>Any other event.</summary>
    Other,
}
