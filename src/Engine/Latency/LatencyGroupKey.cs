using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>The row of an interval within one recording, by ids.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="ProcessId">The pid; -1 if rows are not by task, or if it is not known.</param>
/// <param name="Cpu">The CPU; -1 if rows are not by CPU, or if it is not known.</param>
/// <param name="Key">The id of the key; 0 if rows are not by key.</param>
/// <param name="Range">The number of the time range; 0 if rows are not by time.</param>
internal readonly record struct LatencyGroupKey(IntervalKind Kind, int ProcessId, int Cpu, int Key, long Range) : IHashed
{
    /// <inheritdoc/>
    public ulong Hash(in SeededHash with)
        => with.Of(with.Of(((ulong)(uint)ProcessId << 32) | (uint)Cpu, ((ulong)(uint)Key << 32) | (byte)Kind), (ulong)Range);
}
