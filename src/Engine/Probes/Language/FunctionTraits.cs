namespace KernelMagnifier.Probes.Language;

/// <summary>What a function of bpftrace does.</summary>
[Flags]
internal enum FunctionTraits
{
    /// <summary>It computes.</summary>
    None = 0,

    /// <summary>It makes up the value of a map: <c>count</c>, <c>hist</c> and others.</summary>
    Aggregate = 1,

    /// <summary>It writes output each time it runs.</summary>
    Output = 2,

    /// <summary>It changes the system, its tasks or files.</summary>
    Writes = 4,

    /// <summary>bpftrace refuses it without <c>--unsafe</c>.</summary>
    Unsafe = 8,

    /// <summary>It reads a file.</summary>
    File = 16,

    /// <summary>It reads text or bytes at an address.</summary>
    Memory = 32,
}
