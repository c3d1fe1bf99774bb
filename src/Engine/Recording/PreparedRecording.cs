using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>A recording that is set up: everything that the session takes over from the setup.</summary>
internal sealed record PreparedRecording
{
    /// <summary>The request.</summary>
    public required RecordingRequest Request { get; init; }

    /// <summary>The plan that is in the journal.</summary>
    public required RecordingPlan Plan { get; init; }

    /// <summary>Where the recording is made.</summary>
    public required TracingDirectory Directory { get; init; }

    /// <summary>The settings that were changed.</summary>
    public required Settings Settings { get; init; }

    /// <summary>The journal.</summary>
    public required Journal Journal { get; init; }

    /// <summary>The files beside the result.</summary>
    public required RecordingFiles Files { get; init; }

    /// <summary>Delays the end of this process.</summary>
    public required ExitGuard Guard { get; init; }

    /// <summary>The events that are recorded.</summary>
    public IReadOnlyList<ChosenEvent> Events { get; init; } = [];

    /// <summary>The events whose formats the recording contains.</summary>
    public IReadOnlyList<ChosenEvent> Formats { get; init; } = [];

    /// <summary>The command, held back; null without one.</summary>
    public TargetCommand? Command { get; init; }

    /// <summary>The number of functions that are traced; null for all.</summary>
    public int? Functions { get; init; }

    /// <summary>Whether this process is excluded by the kernel's list of pids.</summary>
    public bool ExcludesSelf { get; init; }

    /// <summary>What failed so far without preventing the recording.</summary>
    public List<string> Warnings { get; init; } = [];

    /// <summary>The directory of the instance, or the top level.</summary>
    public TraceFs Tracing => Directory.Tracing;

    /// <summary>Reads the kernel's counts of each recorded CPU.</summary>
    public List<CpuStatsFile> ReadStatistics()
    {
        var cpus = Plan.Format == RecordingFormat.Text
            ? Tracing.Directories("per_cpu").Select(d => int.Parse(d.AsSpan(3), CultureInfo.InvariantCulture)).Order()
            : Plan.Parts.Select(p => p.Cpu);
        return [.. cpus.Select(cpu => CpuStatsFile.Read(Tracing, cpu))];
    }

    /// <summary>
    /// Drops all other capabilities of the calling thread for good, if this process only records. A shared process belongs to its
    /// user.
    /// </summary>
    public void KeepCapabilities(ulong needed)
    {
        if (Request.DedicatedProcess) _ = Capabilities.Keep(needed, permanently: true);
    }
}
