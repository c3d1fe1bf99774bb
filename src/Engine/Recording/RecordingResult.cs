namespace KernelMagnifier.Recording;

/// <summary>A finished recording.</summary>
public sealed record RecordingResult
{
    /// <summary>The path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>The same as <see cref="Path"/>, under the name that commands which take files expect.</summary>
    public string FullName => Path;

    /// <summary>Events in the file.</summary>
    public long Events => PerCpu.Sum(c => c.Events);

    /// <summary>Events that the kernel lost.</summary>
    public long LostEvents => PerCpu.Sum(c => c.LostEvents);

    /// <summary>Size of the file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The CPUs, in ascending order.</summary>
    public required IReadOnlyList<RecordingCpu> PerCpu { get; init; }

    /// <summary>The time at which the recording started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The time during which tracing was on.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The reason why it ended, as the name of a <see cref="RecordingEnd"/>.</summary>
    public required string EndedBy { get; init; }

    /// <summary>The format of the file, as the name of a <see cref="RecordingFormat"/>.</summary>
    public required string Format { get; init; }

    /// <summary>The tracer, as the name of a <see cref="RecordingTracer"/>.</summary>
    public required string Tracer { get; init; }

    /// <summary>The trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>A description of the request.</summary>
    public required string Request { get; init; }

    /// <summary>The number of functions that were traced; null when all were, or when it is unknown.</summary>
    public int? Functions { get; init; }

    /// <summary>The instance in which it was recorded; empty for the top level of tracefs.</summary>
    public required string Instance { get; init; }

    /// <summary>The kernel release (<c>uname -r</c>).</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The kernel's build id in lower-case hexadecimal; null when the kernel has none.</summary>
    public string? BuildId { get; init; }

    /// <summary>
    /// The exit status of the recorded command, 128 plus the signal that ended it; null without a command, or when it still runs.
    /// </summary>
    public int? ExitCode { get; init; }

    /// <summary>The number of the signal that ended the recorded command; null when none did, or when it still runs.</summary>
    public int? Signal { get; init; }

    /// <summary>What failed without ending the recording, such as settings that could not be restored.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Path;
}
