namespace KernelMagnifier.Recording;

/// <summary>What a recorder knows about a recording when it has ended.</summary>
internal sealed record RecordingFacts
{
    /// <summary>The kernel's counts, in the order of the parts; empty when they are not available.</summary>
    public IReadOnlyList<CpuStatsFile> Statistics { get; init; } = [];

    /// <summary>Task names, in the format of <c>saved_cmdlines</c>.</summary>
    public byte[] TaskNames { get; init; } = [];

    /// <summary>
    /// Whether to count the events in the pages instead of using the kernel's counts, because pages may be missing.
    /// </summary>
    public bool CountsEvents { get; init; }

    /// <summary>
    /// Per CPU, the events of the kernel's count of lost events that were lost after the last page in the file; null when
    /// everything was drained.
    /// </summary>
    public IReadOnlyList<long>? LostAfterEnd { get; init; }
}
