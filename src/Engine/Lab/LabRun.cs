using KernelMagnifier.Model;

namespace KernelMagnifier.Lab;

/// <summary>One boot of a guest, and what became of it.</summary>
public sealed record LabRun
{
    /// <summary>The number of the run, from 1 on.</summary>
    public required int Number { get; init; }

    /// <summary>The kernel as it was asked for, such as <c>6.1</c>.</summary>
    public required string Kernel { get; init; }

    /// <summary>The release of the guest's kernel (<c>uname -r</c>); null if it is not known.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The number of CPUs.</summary>
    public required int Cpus { get; init; }

    /// <summary>The kernel parameters that were asked for.</summary>
    public string? Parameter { get; init; }

    /// <summary><c>Kvm</c> or <c>Emulated</c>. Latencies of emulated CPUs are not those of a machine.</summary>
    public required string Accelerator { get; init; }

    /// <summary>Why it was that one, as a sentence.</summary>
    public string? AcceleratorReason { get; init; }

    /// <summary>
    /// <c>Completed</c>, <c>Failed</c> (the load or the recorder ended with another status than 0), <c>Panicked</c>,
    /// <c>HungAtBoot</c>, <c>Hung</c>, <c>DiskFull</c>, <c>ShareLost</c>, <c>NotStarted</c>.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>The exit status of what ran in the guest; null if it did not end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it did not complete, as a sentence; null if it did. Untrusted text.</summary>
    public string? Reason { get; init; }

    /// <summary>When the guest was started.</summary>
    public DateTimeOffset StartTime { get; init; }

    /// <summary>From then to its end.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>From then to the first command in the guest; null if it did not come so far.</summary>
    public TimeSpan? BootDuration { get; init; }

    /// <summary>The recording that was made; null if there is none.</summary>
    public string? Recording { get; init; }

    /// <summary>The directory with what the guest left.</summary>
    public required string Directory { get; init; }

    /// <summary>The log of the guest's console.</summary>
    public string? LogPath { get; init; }

    /// <summary>Its last lines. Untrusted text.</summary>
    public IReadOnlyList<string> LastLines { get; init => field = Indexable.Of(value); } = [];

    /// <summary>What the guest's load did, as it was modelled; null if it was no workload.</summary>
    public Workloads.Workload? Workload { get; init; }
}
