namespace KernelMagnifier.Workloads.Engines;

/// <summary>How rt-app runs a workload.</summary>
internal sealed record RtAppPlan
{
    /// <summary>How long it runs; null for as long as the recording, in whole seconds.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// The nanoseconds of a loop of rt-app on the machine of the run, as rt-app prints them (<c>pLoad = 26ns</c>); null if rt-app
    /// measures them when it starts.
    /// </summary>
    public int? NanosecondsPerLoop { get; init; }

    /// <summary>The CPU on which rt-app measures it.</summary>
    public int CalibrationCpu { get; init; }

    /// <summary>What rt-app itself runs in each step, which is subtracted from the run lengths.</summary>
    public long OverheadNanoseconds { get; init; }

    /// <summary>The number of CPUs of the machine of the run; null for those of the recording.</summary>
    public int? Cpus { get; init; }

    /// <summary>Whether groups are left out whose block requests fio makes.</summary>
    public bool WithoutIo { get; init; }

    /// <summary>The directory of the log files, which rt-app creates and leaves empty.</summary>
    public string LogDirectory { get; init; } = "/tmp";
}
