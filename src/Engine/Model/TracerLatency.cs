namespace KernelMagnifier.Model;

/// <summary>The longest latency that a latency tracer of the kernel recorded.</summary>
/// <param name="Nanoseconds">Its length.</param>
/// <param name="Cpu">The CPU; null if not known.</param>
/// <param name="ProcessId">The pid of the task; null if not known.</param>
/// <param name="Comm">The name of the task; null if not known.</param>
/// <param name="StartedAt">The function in which it started; null if not known.</param>
/// <param name="EndedAt">The function in which it ended; null if not known.</param>
internal sealed record TracerLatency(
    long Nanoseconds, int? Cpu = null, int? ProcessId = null, string? Comm = null, string? StartedAt = null, string? EndedAt = null);
