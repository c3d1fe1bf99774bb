namespace KernelMagnifier.Comparison.Drifts;

/// <summary>What differs between recordings besides the numbers that are compared.</summary>
internal enum DriftKind : byte
{
    /// <summary>The format of the recordings.</summary>
    Format,

    /// <summary>The tracer of the calls.</summary>
    Tracer,

    /// <summary>The trace clock or its unit.</summary>
    Clock,

    /// <summary>The number of CPUs.</summary>
    Cpus,

    /// <summary>The machine (<c>uname -m</c>).</summary>
    Machine,

    /// <summary>The kernel release.</summary>
    Kernel,

    /// <summary>Lost events.</summary>
    Loss,

    /// <summary>The recorded events.</summary>
    Events,

    /// <summary>The functions that were recorded.</summary>
    Functions,

    /// <summary>The length of the recordings.</summary>
    Duration,
}
