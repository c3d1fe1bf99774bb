using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>What one <see cref="Latency"/> is about. Rows of several recordings that agree in it are one row.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">The key; null without a grouping.</param>
/// <param name="Name">The name of the key; null if it has none.</param>
/// <param name="Comm">The name of the task; null if rows are not by task.</param>
/// <param name="ProcessId">The pid; null if rows are not by task.</param>
/// <param name="Cpu">The CPU; null if rows are not by CPU.</param>
/// <param name="Recording">The recording; null if rows are not by recording.</param>
/// <param name="Unit">The unit.</param>
/// <param name="From">The start of the time range; null if rows are not by time.</param>
/// <param name="IsWallTime">Whether the time range is in nanoseconds of Unix time instead of the trace clock.</param>
internal readonly record struct LatencyRow(
    IntervalKind Kind, string? Key, string? Name, string? Comm, int? ProcessId, int? Cpu, string? Recording, ClockUnit Unit,
    long? From, bool IsWallTime = false) : IHashed
{
    /// <inheritdoc/>
    public ulong Hash(in SeededHash with)
        => with.Of((ulong)(From ?? 0), with.Of((uint)HashCode.Combine(Key, Comm, Recording), (byte)Kind));
}
