namespace KernelMagnifier.Rendering.Profiles;

/// <summary>How a kind of event is shown besides its message.</summary>
internal enum FtraceRole
{
    /// <summary>Perfetto shows the message, or lists it with the other events of the CPU.</summary>
    None,

    /// <summary>The begin of an interrupt vector's handler that Perfetto has no track for.</summary>
    VectorEntry,

    /// <summary>The end of such a handler.</summary>
    VectorExit,

    /// <summary>The entry of a system call with an event of its own.</summary>
    NamedEnter,

    /// <summary>The exit of such a system call.</summary>
    NamedExit,
}
