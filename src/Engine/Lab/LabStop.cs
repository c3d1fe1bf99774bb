namespace KernelMagnifier.Lab;

/// <summary>Why a guest was ended from outside.</summary>
internal enum LabStop
{
    /// <summary>It was not: it ended by itself.</summary>
    None,

    /// <summary>The load did not start in time.</summary>
    BootTimeout,

    /// <summary>The heartbeat stopped.</summary>
    NoHeartbeat,

    /// <summary>The time of the run was over.</summary>
    Timeout,

    /// <summary>The shared directory was removed.</summary>
    ShareGone,

    /// <summary>The file system of the output is nearly full.</summary>
    HostDiskFull,

    /// <summary>The guest wrote more to its serial ports than any load does.</summary>
    Flood,
}
