namespace KernelMagnifier.Model;

/// <summary>A recording as a whole: where it comes from, what is in it, what was lost.</summary>
public sealed class TraceInfo
{
    internal TraceInfo(string path) => Path = path;

    /// <summary>The file, or <c>-</c> for standard input.</summary>
    public string Path { get; }

    /// <summary>The format: <c>ftrace text</c>, <c>function_graph text</c>, <c>trace.dat</c> or <c>perf script</c>.</summary>
    public string Format { get; internal set; } = "";

    /// <summary>The format's own version, such as 7 for trace.dat; null when it has none.</summary>
    public int? FormatVersion { get; internal set; }

    /// <summary>How the file was packed: <c>gzip</c>, <c>zstd</c>, <c>zlib</c>, or null.</summary>
    public string? Compression { get; internal set; }

    /// <summary>The tracer that made it (<c>function</c>, <c>function_graph</c>), when the recording tells.</summary>
    public string? Tracer { get; internal set; }

    /// <summary>The trace clock, when the recording tells.</summary>
    public string? Clock { get; internal set; }

    /// <summary>What timestamps count.</summary>
    public ClockUnit ClockUnit { get; internal set; }

    /// <summary>The kernel release (<c>uname -r</c>), when the recording tells.</summary>
    public string? KernelRelease { get; internal set; }

    /// <summary>The kernel's build id in lower-case hexadecimal, when the recording tells.</summary>
    public string? BuildId { get; internal set; }

    /// <summary>CPUs of the recorded machine, or those that appear when the recording does not tell.</summary>
    public int Cpus { get; internal set; }

    /// <summary>Call events in the recording, before any filter.</summary>
    public long Calls { get; internal set; }

    /// <summary>Events that are no function calls (sched_switch and the like).</summary>
    public long Events { get; internal set; }

    /// <summary>Events the kernel says it dropped.</summary>
    public long LostEvents { get; internal set; }

    /// <summary>
    /// Events that newer ones took the place of in the ring buffer before the recording was taken, where the recording says so
    /// (a snapshot of <c>trace</c> holds only the end of what ran). They are not among <see cref="LostEvents"/>.
    /// </summary>
    public long? OverwrittenEvents { get; internal set; }

    /// <summary>Lines or records that could not be read; see <see cref="NotParsedKinds"/>.</summary>
    public long NotParsed { get; internal set; }

    /// <summary>The earliest timestamp (seconds, or counts); null when there is no event.</summary>
    public double? FirstTimestamp { get; internal set; }

    /// <summary>The latest timestamp (seconds, or counts); null when there is no event.</summary>
    public double? LastTimestamp { get; internal set; }

    /// <summary>The earliest time as records have it: <see cref="FirstTimestamp"/> with every digit.</summary>
    internal long? FirstTime { get; set; }

    /// <summary>The latest time as records have it: <see cref="LastTimestamp"/> with every digit.</summary>
    internal long? LastTime { get; set; }

    /// <summary>Seconds from first to last event; null when the clock is no time.</summary>
    public double? Duration => ClockUnit == ClockUnit.Nanoseconds && LastTimestamp - FirstTimestamp is { } span ? Math.Round(span, 9) : null;

    /// <summary>Per CPU, in order of CPU; -1 stands for what the recording gives no CPU for.</summary>
    public IReadOnlyList<CpuStatistics> PerCpu { get; internal set; } = [];

    /// <summary>How many of each kind of event: calls under the name the kernel gives them (<c>function</c>, <c>funcgraph_entry</c>).</summary>
    public IReadOnlyDictionary<string, long> EventKinds { get; internal set; } = new Dictionary<string, long>();

    /// <summary>Why lines or records were not understood, and how many.</summary>
    public IReadOnlyDictionary<string, long> NotParsedKinds { get; internal set; } = new Dictionary<string, long>();

    /// <summary>The first few lines that were not understood, for a person to look at. Untrusted text.</summary>
    public IReadOnlyList<string> NotParsedSamples { get; internal set; } = [];

    /// <summary>What a user should know about this reading: damage, doubt, a symbol map of another build.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>A record's time as shown: seconds, or counts.</summary>
    internal double ToTimestamp(long time) => ClockUnit == ClockUnit.Nanoseconds ? time / 1e9 : time;

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Format}, {Calls} calls, {LostEvents} lost";
}
