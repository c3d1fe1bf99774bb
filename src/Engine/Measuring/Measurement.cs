using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Measuring;

/// <summary>
/// One run of a measurement with its results and its cost, or a run that did not happen, with the reason: a record of the log
/// (docs/formats/measurement.md). What is null does not apply or is not known.
/// </summary>
public sealed record Measurement
{
    /// <summary>Identifies the record: a copy that was delivered twice has the same.</summary>
    public required Guid Id { get; init; }

    /// <summary>
    /// What became of the run: <c>Completed</c>, <c>Skipped</c> (another run or recording kept the machine), <c>Suspended</c>
    /// (its schedule is), <c>Failed</c>, or <c>Dropped</c> (no run: records that were lost because their receiver was away for
    /// too long).
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Why the run did not happen or failed, as a sentence; null if it is complete.</summary>
    public string? Reason { get; init; }

    /// <summary>The schedule; null for a run by hand.</summary>
    public string? Schedule { get; init; }

    /// <summary>
    /// The numbering that <see cref="Sequence"/> belongs to. A schedule that lost its state begins another one.
    /// </summary>
    public Guid? Epoch { get; init; }

    /// <summary>
    /// The number of the run within its epoch, from 1 on. A number that is missing is a run that left no record.
    /// </summary>
    public long? Sequence { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>How long it measured.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The name of the host.</summary>
    public string? HostName { get; init; }

    /// <summary>The id of the machine (machine-id(5)), which stays when the name changes.</summary>
    public string? MachineId { get; init; }

    /// <summary>The id of the boot.</summary>
    public string? BootId { get; init; }

    /// <summary>The kernel release (<c>uname -r</c>).</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The architecture as in <c>uname -m</c>.</summary>
    public string? Machine { get; init; }

    /// <summary>The number of CPUs that are online.</summary>
    public int? Cpus { get; init; }

    /// <summary>The version of this product that measured.</summary>
    public string? Version { get; init; }

    /// <summary>What was asked.</summary>
    public required MeasurementRequest Request { get; init; }

    /// <summary>
    /// How it was measured: <c>Events</c> (every event was read), <c>KernelHistograms</c> (the kernel counted), <c>Counters</c>
    /// (files of /proc), <c>Probe</c> (bpftrace); several are joined by commas. Null if nothing was measured.
    /// </summary>
    public string? Method { get; init; }

    /// <summary>The latencies.</summary>
    public IReadOnlyList<Latency.Latency> Latencies { get; init; } = [];

    /// <summary>The counters of the kernel.</summary>
    public IReadOnlyList<MeasuredCounter> Counters { get; init; } = [];

    /// <summary>The results of a probe.</summary>
    public IReadOnlyList<ProbeResult> Results { get; init; } = [];

    /// <summary>The number of events that were read or counted.</summary>
    public long? Events { get; init; }

    /// <summary>The number of events that the kernel lost.</summary>
    public long? LostEvents { get; init; }

    /// <summary>With the status <c>Dropped</c>, the number of records that were lost.</summary>
    public long? DroppedRecords { get; init; }

    /// <summary>What the run itself cost; null if it did not happen.</summary>
    public MeasurementCost? Cost { get; init; }

    /// <summary>What the user should know, as sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape($"{Schedule ?? "measurement"} {StartTime:u}: {Status}{(Reason is null ? "" : $", {Reason}")}");
}
