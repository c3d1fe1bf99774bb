namespace KernelMagnifier.Logs.Sinks;

/// <summary>What became of a record that was sent.</summary>
internal enum SendOutcome
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>The receiver does not take it now, or it is not known whether it has it: it is sent again.</summary>
    Waits,

    /// <summary>The receiver will never take it.</summary>
    Refused,
}
