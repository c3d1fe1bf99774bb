namespace KernelMagnifier.Traces.Live;

/// <summary>
/// The pages of a ring buffer that is written while it is read. CPUs are named by their index in <see cref="Cpus"/>. For one
/// thread.
/// </summary>
internal abstract class LivePages : IDisposable
{
    /// <summary>The CPUs that are read, in ascending order.</summary>
    public abstract IReadOnlyList<int> Cpus { get; }

    /// <summary>
    /// Reads the next page of a CPU, or the part of it that is written so far. Does not wait.
    /// </summary>
    /// <param name="cpu">The index of the CPU.</param>
    /// <param name="page">Takes the page; it has the size of one.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.RecordingFailed"/>.</exception>
    public abstract bool TryRead(int cpu, Span<byte> page);

    /// <summary>
    /// The time stamp that a CPU's next event would have; null if not known. Events that were begun before it and are not yet
    /// readable are at most <see cref="Slack"/> older.
    /// </summary>
    public abstract ulong? Now(int cpu);

    /// <summary>How much older an event can be than the last <see cref="Now"/> before it could be read.</summary>
    public abstract ulong Slack { get; }

    /// <summary>Begins another round of readings.</summary>
    /// <param name="isIdle">Whether to wait until it is worth reading again: a CPU had nothing left.</param>
    /// <returns>False if nothing is written any more: what is left is read, and then the reading ends.</returns>
    public abstract bool Wait(bool isIdle);

    /// <summary>The events of a CPU that the kernel has dropped so far; 0 if not known.</summary>
    public abstract long Lost(int cpu);

    /// <inheritdoc/>
    public abstract void Dispose();
}
