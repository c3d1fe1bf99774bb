namespace KernelMagnifier.Traces.PerfScript;

/// <summary>What a line of perf script text is.</summary>
internal enum PerfTokenKind : byte
{
    /// <summary>The first line of a sample.</summary>
    Sample,

    /// <summary>A kernel function of the call chain.</summary>
    Kernel,

    /// <summary>Any other frame: user space, or a kernel address without a symbol. The chain of kernel functions is broken here.</summary>
    Foreign,

    /// <summary>The end of a sample.</summary>
    Blank,

    /// <summary>A line that says nothing of calls.</summary>
    Aside,

    /// <summary>None of these: the rest of an event's text, or no perf script at all.</summary>
    Unread,
}
