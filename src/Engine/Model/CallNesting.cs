namespace KernelMagnifier.Model;

/// <summary>How a recording tells which calls ran below a function.</summary>
internal enum CallNesting
{
    /// <summary>
    /// By the caller of each call. A recording without returns contains no more, so a function is below another one if a chain
    /// of recorded callers leads to it, whether or not those calls ran inside each other.
    /// </summary>
    Caller,

    /// <summary>By the stack of each call, which the entries and returns of the function_graph tracer give.</summary>
    Stack,
}
