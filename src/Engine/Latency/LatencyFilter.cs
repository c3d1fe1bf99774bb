namespace KernelMagnifier.Latency;

/// <summary>
/// Chooses intervals after they were paired. An interval passes if it matches one value of each list. Lists of keys (system
/// calls, interrupts, vectors, functions, devices) choose among the kinds that have such a key; kinds with another key do not
/// pass.
/// </summary>
internal sealed record LatencyFilter
{
    /// <summary>Names of tasks; can contain wildcards.</summary>
    public IReadOnlyList<string> Comm { get; init; } = [];

    /// <summary>Pids.</summary>
    public IReadOnlyList<int> ProcessId { get; init; } = [];

    /// <summary>CPUs of the end.</summary>
    public IReadOnlyList<int> Cpu { get; init; } = [];

    /// <summary>System calls, by name or number.</summary>
    public IReadOnlyList<string> Syscall { get; init; } = [];

    /// <summary>Interrupts, by number, name or both (<c>4/ttyS0</c>).</summary>
    public IReadOnlyList<string> Irq { get; init; } = [];

    /// <summary>Interrupt vectors and softirqs.</summary>
    public IReadOnlyList<string> Vector { get; init; } = [];

    /// <summary>Functions.</summary>
    public IReadOnlyList<string> Function { get; init; } = [];

    /// <summary>Block devices.</summary>
    public IReadOnlyList<string> Device { get; init; } = [];

    /// <summary>Names of tasks to leave out.</summary>
    public IReadOnlyList<string> ExcludeComm { get; init; } = [];

    /// <summary>Pids to leave out.</summary>
    public IReadOnlyList<int> ExcludeProcessId { get; init; } = [];

    /// <summary>CPUs to leave out.</summary>
    public IReadOnlyList<int> ExcludeCpu { get; init; } = [];

    /// <summary>System calls to leave out.</summary>
    public IReadOnlyList<string> ExcludeSyscall { get; init; } = [];

    /// <summary>Functions to leave out.</summary>
    public IReadOnlyList<string> ExcludeFunction { get; init; } = [];

    /// <summary>The earliest start, in seconds or counts of the clock, inclusive.</summary>
    public double? Since { get; init; }

    /// <summary>The latest start, inclusive.</summary>
    public double? Until { get; init; }

    /// <summary>The least length, in nanoseconds or counts of the clock, exclusive.</summary>
    public long? Above { get; init; }

    /// <summary>The greatest length, exclusive.</summary>
    public long? Below { get; init; }

    /// <summary>Whether a task is chosen by its name.</summary>
    public bool NeedsComm => Comm.Count > 0 || ExcludeComm.Count > 0;

    /// <summary>Whether every interval passes.</summary>
    public bool IsEmpty => this is
    {
        NeedsComm: false, ProcessId.Count: 0, Cpu.Count: 0, Syscall.Count: 0, Irq.Count: 0, Vector.Count: 0, Function.Count: 0,
        Device.Count: 0, ExcludeProcessId.Count: 0, ExcludeCpu.Count: 0, ExcludeSyscall.Count: 0, ExcludeFunction.Count: 0,
        Since: null, Until: null, Above: null, Below: null,
    };
}
