namespace KernelMagnifier.Traces.PerfScript;

/// <summary>The kinds of lines in perf script text.</summary>
internal enum PerfTokenKind : byte
{
    /// <summary>The first line of a sample.</summary>
    Sample,

    /// <summary>A kernel function in the call chain.</summary>
    KernelFrame,

    /// <summary>
    /// A frame at a kernel address for which perf has no name. It interrupts the chain of kernel functions.
    /// </summary>
    UnnamedFrame,

    /// <summary>Any other frame, such as one in user space. It interrupts the chain of kernel functions.</summary>
    OtherFrame,

    /// <summary>The end of a sample.</summary>
    Blank,

    /// <summary>A line without effect on the calls.</summary>
    Ignored,

    /// <summary>Any other line: the continued text of an event, or text that is not perf script.</summary>
    NotParsed,
}
