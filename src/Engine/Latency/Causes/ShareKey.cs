using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>What tells the shares of an interval apart, while the recording is read.</summary>
/// <param name="Category">The category.</param>
/// <param name="ProcessId">
/// The task that was on the CPU, the thread that handled the softirq, or the task that woke it; −1 if there is none.
/// </param>
/// <param name="Name">The handler, or what the task was blocked on, as an id in <see cref="LatencyNames"/>; 0 for none.</param>
/// <param name="Context">The context of the waker.</param>
internal readonly record struct ShareKey(CauseCategory Category, int ProcessId, int Name, ExecutionContext Context) : IHashed
{
    /// <inheritdoc/>
    public ulong Hash(in SeededHash with)
        => with.Of(((ulong)(uint)ProcessId << 32) | (uint)Name, ((ulong)(byte)Category << 8) | (byte)Context);

    /// <summary>Of time of which nothing is known.</summary>
    public static ShareKey Unknown => new(CauseCategory.Unknown, -1, 0, default);

    /// <summary>Whether it interrupts what comes before and goes on after it.</summary>
    public bool IsHandler => Category is CauseCategory.HardIrq or CauseCategory.SoftIrq;
}
