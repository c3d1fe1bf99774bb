using KernelMagnifier.Files;
using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>The description of a recording after it was read: its origin, what it holds and what it lost.</summary>
public sealed class TraceInfo
{
    internal TraceInfo(string path) => Path = path;

    /// <summary>The file, or <c>-</c> for standard input.</summary>
    public string Path { get; }

    /// <summary>
    /// The files that were read, as far as known: the recording and its symbol map. An output must not replace them.
    /// </summary>
    internal IReadOnlyList<InputIdentity> Inputs { get; init; } = [];

    /// <summary>The files that recordings were read from.</summary>
    internal static IReadOnlyList<InputIdentity> InputsOf(IEnumerable<TraceInfo> traces)
        => [.. traces.SelectMany(trace => trace.Inputs).Distinct()];

    /// <summary>
    /// The format: <c>ftrace text</c>, <c>function_graph text</c>, <c>trace-cmd report</c>, <c>trace.dat</c> or <c>perf
    /// script</c>.
    /// </summary>
    public string Format { get; internal init; } = "";

    /// <summary>The version of the format, such as 7 for trace.dat; null if the format has none.</summary>
    public int? FormatVersion { get; internal init; }

    /// <summary>The compression of the file: <c>gzip</c>, <c>zstd</c> or <c>zlib</c>; null if it is not compressed.</summary>
    public string? Compression { get; internal init; }

    /// <summary>The tracer (<c>function</c>, <c>function_graph</c>); null if the recording does not contain it.</summary>
    public string? Tracer { get; internal init; }

    /// <summary>The trace clock; null if the recording does not contain it.</summary>
    public string? Clock { get; internal init; }

    /// <summary>The unit of the timestamps, as the name of a <see cref="Model.ClockUnit"/>.</summary>
    public string ClockUnit => Unit.ToString();

    /// <summary>The unit of the timestamps.</summary>
    internal ClockUnit Unit { get; init; }

    /// <summary>The kernel release (<c>uname -r</c>); null if the recording does not contain it.</summary>
    public string? KernelRelease { get; internal init; }

    /// <summary>
    /// The name of the recorded host (<c>uname -n</c>); null if the recording does not contain it. Untrusted text.
    /// </summary>
    internal string? HostName { get; init; }

    /// <summary>The build id of the kernel in lower-case hexadecimal; null if the recording does not contain it.</summary>
    public string? BuildId { get; internal init; }

    /// <summary>
    /// The number of CPUs of the recorded machine, or of those that appear if the recording does not contain it; null if none
    /// appears.
    /// </summary>
    public int? Cpus { get; internal init; }

    /// <summary>
    /// Whether the reading reached the end of the recording. A reading that was stopped or failed does not know the numbers of
    /// the recording: then the counts are 0, and outputs show them as unknown.
    /// </summary>
    public bool IsComplete { get; internal init; } = true;

    /// <summary>The call events in the recording, before any filter.</summary>
    public long Calls { get; internal init; }

    /// <summary>
    /// How the recording tells which calls ran below a function: <c>Stack</c>, by the stacks that entries and returns give, or
    /// <c>Caller</c>, by the caller of each call.
    /// </summary>
    public string Nesting => NestedBy.ToString();

    internal CallNesting NestedBy { get; init; }

    /// <summary>The returns of leaf calls, which are neither among the calls nor among the events.</summary>
    internal long LeafReturns { get; init; }

    /// <summary>The recorded events: what lost events are a share of, together with them.</summary>
    internal long RecordedEvents => Calls + Events + LeafReturns;

    /// <summary>
    /// The calls whose stack is not completely known: events were lost, or the recording begins within an outer call. A selection
    /// by a root can miss them. Null if <see cref="Nesting"/> is not <c>Stack</c>.
    /// </summary>
    public long? NotPlaced { get; internal init; }

    /// <summary>The kernel events that are not function calls, such as <c>sched_switch</c>.</summary>
    public long Events { get; internal init; }

    /// <summary>
    /// The events that the kernel dropped: on each CPU the larger of what the recording counts and of the kernel's own count.
    /// </summary>
    public long LostEvents { get; internal init; }

    /// <summary>The lost events that were known when a reading was stopped; 0 for one that reached the end.</summary>
    internal long LostBeforeStop { get; init; }

    /// <summary>
    /// How <see cref="LostEvents"/> is known: <c>Data</c>, from the recorded data, or <c>KernelCount</c>, from the kernel's own
    /// count on a CPU at least; null if nothing was lost.
    /// </summary>
    public string? LostEventsBasis => LossBasis?.ToString();

    internal LostEventsBasis? LossBasis { get; init; }

    /// <summary>
    /// Whether <see cref="LostEvents"/> is only the least number possible, because the recording contains losses without their
    /// number. Each of them counts as one event.
    /// </summary>
    public bool LostEventsIsMinimum { get; internal init; }

    /// <summary>
    /// The buffer instances of the recording besides the top-level buffer, or the files that a text of several files names.
    /// </summary>
    public IReadOnlyList<string> Instances { get; internal init; } = [];

    /// <summary>
    /// The events that newer ones replaced in the ring buffer before the recording was taken; null if the recording does not
    /// contain the number. A snapshot of <c>trace</c> holds only the end of what ran. They are not counted in
    /// <see cref="LostEvents"/>.
    /// </summary>
    public long? OverwrittenEvents { get; internal init; }

    /// <summary>
    /// The nanoseconds of the longest latency, in text of a latency tracer such as <c>irqsoff</c> or <c>wakeup</c>; null in other
    /// recordings.
    /// </summary>
    public long? LatencyNanoseconds => Latency?.Nanoseconds;

    /// <summary>The CPU of that latency; null if the recording does not contain it.</summary>
    public int? LatencyCpu => Latency?.Cpu;

    /// <summary>The pid of the task of that latency; null if the recording does not contain it.</summary>
    public int? LatencyProcessId => Latency?.ProcessId;

    /// <summary>The name of the task of that latency; null if the recording does not contain it. Untrusted text.</summary>
    public string? LatencyComm => Latency?.Comm;

    /// <summary>The function in which that latency started; null if the recording does not contain it.</summary>
    public string? LatencyStartedAt => Latency?.StartedAt;

    /// <summary>The function in which that latency ended; null if the recording does not contain it.</summary>
    public string? LatencyEndedAt => Latency?.EndedAt;

    internal TracerLatency? Latency { get; init; }

    /// <summary>The lines or records that could not be parsed; <see cref="NotParsedKinds"/> has the reasons.</summary>
    public long NotParsed { get; internal init; }

    /// <summary>The earliest timestamp (seconds, or counts); null if there is no event.</summary>
    public double? FirstTimestamp => FirstTime is { } time ? ToTimestamp(time) : null;

    /// <summary>
    /// The time of day at <see cref="FirstTimestamp"/>, in UTC; null if the recording does not contain how the trace clock
    /// relates to the time of day.
    /// </summary>
    public DateTimeOffset? StartTime { get; internal init; }

    /// <summary>Nanoseconds from <see cref="CallRecord.Time"/> to the Unix time; null if not known.</summary>
    internal long? WallOffset { get; init; }

    /// <summary>The latest timestamp (seconds, or counts); null if there is no event.</summary>
    public double? LastTimestamp => LastTime is { } time ? ToTimestamp(time) : null;

    /// <summary>The earliest <see cref="CallRecord.Time"/>: <see cref="FirstTimestamp"/> with every digit.</summary>
    internal long? FirstTime { get; init; }

    /// <summary>The latest <see cref="CallRecord.Time"/>: <see cref="LastTimestamp"/> with every digit.</summary>
    internal long? LastTime { get; init; }

    /// <summary>
    /// The time that all CPUs together were recorded for, in nanoseconds or counts: the sum of the time from the first to the last
    /// event of each. Gaps of lost events are part of it, because recordings do not tell how long they are. Null if there is no
    /// event.
    /// </summary>
    internal long? ObservedTime { get; init; }

    /// <summary>Seconds from the first to the last event; null if the clock does not count time.</summary>
    public double? Duration
        => Unit == Model.ClockUnit.Nanoseconds && LastTimestamp - FirstTimestamp is { } span ? Math.Round(span, 9) : null;

    /// <summary>
    /// The numbers of each CPU, in order of CPU. The first element has no CPU if the recording assigns some to none.
    /// </summary>
    public IReadOnlyList<CpuStatistics> PerCpu { get; internal init; } = [];

    /// <summary>
    /// The number of each kind of kernel event, most frequent first. Calls are not among them: <see cref="Calls"/> counts them.
    /// </summary>
    public IReadOnlyDictionary<string, long> EventKinds { get; internal init; } = new Dictionary<string, long>();

    /// <summary>
    /// The kernel's name for the calls, such as <c>function</c> and <c>funcgraph_entry</c>; null if there are none.
    /// </summary>
    internal string? CallKind { get; init; }

    /// <summary>
    /// Whether events are missing in a number that is not known: the reading did not reach the end, or parts of a binary file are
    /// damaged or cut. A line of a text that could not be parsed is one event.
    /// </summary>
    internal bool IsDamaged => !IsComplete || (Format == "trace.dat" && NotParsed > 0);

    /// <summary>The reasons why lines or records could not be parsed, and the number of each.</summary>
    public IReadOnlyDictionary<string, long> NotParsedKinds { get; internal init; } = new Dictionary<string, long>();

    /// <summary>The first few lines that could not be parsed. Untrusted text.</summary>
    public IReadOnlyList<string> NotParsedSamples { get; internal init; } = [];

    /// <summary>
    /// Problems of this reading that the user should know: damage, doubtful data, a symbol map of another build.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    private double ToTimestamp(long time) => Unit == Model.ClockUnit.Nanoseconds ? time / 1e9 : time;

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Format}, {Calls} calls, {LostEvents} lost");
}
