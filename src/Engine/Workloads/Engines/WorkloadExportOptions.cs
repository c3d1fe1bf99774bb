namespace KernelMagnifier.Workloads.Engines;

/// <summary>How a workload is exported.</summary>
internal sealed record WorkloadExportOptions
{
    /// <summary>How long a run lasts; null for as long as the recording, in whole seconds.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The nanoseconds of a loop of rt-app on the machine of the run; null if rt-app measures them.</summary>
    public int? NanosecondsPerLoop { get; init; }

    /// <summary>The directory of the files of fio.</summary>
    public string Directory { get; init; } = "/var/tmp";

    /// <summary>Whether rt-app leaves out the groups whose block requests fio makes.</summary>
    public bool WithoutIo { get; init; }

    /// <summary>Whether to replace an existing file.</summary>
    public bool Force { get; init; }
}
