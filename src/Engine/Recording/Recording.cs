namespace KernelMagnifier;

/// <summary>What ended a recording.</summary>
public enum RecordingEnd
{
    /// <summary>Its time was over.</summary>
    Duration,

    /// <summary>It was as large as it may become.</summary>
    MaxSize,

    /// <summary>The disk was about to be full.</summary>
    FreeSpace,

    /// <summary>The recorded command ended.</summary>
    Command,

    /// <summary>Somebody stopped it.</summary>
    Stopped,

    /// <summary>Something failed; what was recorded until then is there.</summary>
    Failed,

    /// <summary>Its recorder was killed; the next one put together what was there.</summary>
    Recovered,
}

/// <summary>What one CPU recorded.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Events">Events in the file.</param>
/// <param name="LostEvents">Events the kernel dropped because the buffer was full.</param>
/// <param name="Bytes">Bytes drained.</param>
public sealed record RecordingCpu(int Cpu, long Events, long LostEvents, long Bytes);

/// <summary>A finished recording: where it is, what is in it, what was lost, what was asked.</summary>
public sealed record Recording
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

/// <summary>How far a recording is.</summary>
/// <param name="Elapsed">Time since tracing was switched on.</param>
/// <param name="Events">Events so far.</param>
/// <param name="EventsPerSecond">Events in the last second or so.</param>
/// <param name="Bytes">Bytes written so far.</param>
/// <param name="LostEvents">Events the kernel dropped so far.</param>
public readonly record struct RecordingProgress(TimeSpan Elapsed, long Events, long EventsPerSecond, long Bytes, long LostEvents)
{
    /// <summary>How much of what was asked is done, 0 to 100, by time or by size, whichever comes to its end sooner; null when neither was given.</summary>
    public int? PercentOf(RecordingRequest asked)
    {
        double? done = asked.Duration is { } duration ? Elapsed / duration : null;
        if (asked.MaxSize is { } size && (double)Bytes / size is var share && !(done > share)) done = share;
        return done is { } part ? (int)Math.Clamp(part * 100, 0, 100) : null;
    }
}
