namespace KernelMagnifier.Workloads.Engines;

/// <summary>How fio makes the block requests of a workload.</summary>
/// <param name="Directory">The directory of the files that it reads and writes. It is on the device that gets the
/// requests.</param>
internal sealed record FioPlan(string Directory)
{
    /// <summary>How long it runs; null for as long as the recording, in whole seconds.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The largest file.</summary>
    public long MostBytes { get; init; } = 256 << 20;
}
