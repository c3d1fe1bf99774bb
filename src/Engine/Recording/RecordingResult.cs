namespace KernelMagnifier.Recording;

/// <summary>A finished recording: where it is, what is in it, what was lost, what was asked.</summary>
public sealed record RecordingResult
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The file, under the name the commands that take files expect.</summary>
    public string FullName => Path;

    /// <summary>Events in the file.</summary>
    public long Events => PerCpu.Sum(c => c.Events);

    /// <summary>Events the kernel dropped.</summary>
    public long LostEvents => PerCpu.Sum(c => c.LostEvents);

    /// <summary>Bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Per CPU, in order of CPU.</summary>
    public required IReadOnlyList<RecordingCpu> PerCpu { get; init; }

    /// <summary>When tracing was switched on.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long tracing was on.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What ended it.</summary>
    public required RecordingEnd EndedBy { get; init; }

    /// <summary>The format of the file.</summary>
    public required RecordingFormat Format { get; init; }

    /// <summary>The tracer.</summary>
    public required RecordingTracer Tracer { get; init; }

    /// <summary>The trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>What was asked, in words.</summary>
    public required string Asked { get; init; }

    /// <summary>How many functions were traced; null for all there are.</summary>
    public int? Functions { get; init; }

    /// <summary>The instance that recorded; empty for the top level of tracefs.</summary>
    public required string Instance { get; init; }

    /// <summary>The kernel release (<c>uname -r</c>).</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The kernel's build id in lower-case hexadecimal; null when the kernel has none.</summary>
    public string? BuildId { get; init; }

    /// <summary>The exit status of the recorded command; null when there was none or it still runs.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What the user should know: what failed, what could not be put back.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Path;
}
