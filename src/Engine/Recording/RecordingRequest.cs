using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>What to record, where to write it, and when to stop. An empty list selects everything.</summary>
internal sealed record RecordingRequest
{
    /// <summary>The longest duration that can be requested.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromDays(365);

    /// <summary>The path of the output file.</summary>
    public required string Path { get; init; }

    /// <summary>The format of the output file.</summary>
    public RecordingFormat Format { get; init; }

    /// <summary>
    /// The tracer; null selects <see cref="RecordingTracer.None"/> when only events are requested, otherwise
    /// <see cref="RecordingTracer.Function"/>.
    /// </summary>
    public RecordingTracer? Tracer { get; init; }

    /// <summary>Names of functions to record; wildcards are allowed.</summary>
    public IReadOnlyList<string> Function { get; init; } = [];

    /// <summary>Names of functions to exclude; wildcards are allowed.</summary>
    public IReadOnlyList<string> ExcludeFunction { get; init; } = [];

    /// <summary>
    /// Names of modules whose functions are recorded; wildcards are allowed. <c>kernel</c> is the built-in part.
    /// </summary>
    public IReadOnlyList<string> Module { get; init; } = [];

    /// <summary>Names of modules to exclude; wildcards are allowed.</summary>
    public IReadOnlyList<string> ExcludeModule { get; init; } = [];

    /// <summary>
    /// Leading parts of source paths, or whole paths with wildcards: only functions defined there are recorded. Needs
    /// <see cref="SourceResolver"/>.
    /// </summary>
    public IReadOnlyList<string> SourcePath { get; init; } = [];

    /// <summary>Source paths to exclude. Needs <see cref="SourceResolver"/>.</summary>
    public IReadOnlyList<string> ExcludeSourcePath { get; init; } = [];

    /// <summary>Resolves functions to source files: a symbol map.</summary>
    public ISourceResolver? SourceResolver { get; init; }

    /// <summary>
    /// With <see cref="RecordingTracer.FunctionGraph"/>: record only these functions and what they call; wildcards are allowed.
    /// </summary>
    public IReadOnlyList<string> GraphRoot { get; init; } = [];

    /// <summary>With <see cref="RecordingTracer.FunctionGraph"/>: the greatest depth of calls; 0 for any depth.</summary>
    public int MaxDepth { get; init; }

    /// <summary>
    /// Events as <c>system:event</c> with wildcards (<c>sched:*</c>). A filter may follow in braces:
    /// <c>sched:sched_switch{prev_pid == 7}</c>.
    /// </summary>
    public IReadOnlyList<string> Event { get; init; } = [];

    /// <summary>Names of presets of events, see <see cref="EventPreset"/>.</summary>
    public IReadOnlyList<string> Preset { get; init; } = [];

    /// <summary>Filters of events, besides those in <see cref="Event"/>: an event must pass all that match it.</summary>
    public IReadOnlyList<EventText> EventFilter { get; init; } = [];

    /// <summary>Events that are recorded with the kernel's stack, named as in <see cref="Event"/>, without filters.</summary>
    public IReadOnlyList<string> EventStack { get; init; } = [];

    /// <summary>Triggers of events. The events need not be recorded.</summary>
    public IReadOnlyList<EventText> EventTrigger { get; init; } = [];

    /// <summary>The pids of processes to record, with all their threads and everything that they start.</summary>
    public IReadOnlyList<int> ProcessId { get; init; } = [];

    /// <summary>
    /// A program to start and record, with everything that it starts. It runs without a shell, and the recording ends with it.
    /// </summary>
    public string? Command { get; init; }

    /// <summary>The arguments of <see cref="Command"/>.</summary>
    public IReadOnlyList<string> ArgumentList { get; init; } = [];

    /// <summary>The CPUs to record.</summary>
    public IReadOnlyList<int> Cpu { get; init; } = [];

    /// <summary>The duration of the recording; null for no limit.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The recording ends when this many bytes are written; null for no limit.</summary>
    public long? MaxSize { get; init; }

    /// <summary>The recording ends when fewer than this many bytes are free on the file system of the output file.</summary>
    public long MinFree { get; init; } = 256L << 20;

    /// <summary>The size of the kernel's buffer in bytes per CPU; null selects one by the available memory.</summary>
    public long? BufferSize { get; init; }

    /// <summary>
    /// Flight recorder mode: nothing is written until the recording ends, then the newest events, which the buffers hold.
    /// </summary>
    public bool Overwrite { get; init; }

    /// <summary>The trace clock; null selects <c>local</c>, and <c>counter</c> for text.</summary>
    public string? Clock { get; init; }

    /// <summary>Trace options to set, such as <c>func-args</c>, or to clear, such as <c>nofuncgraph-irqs</c>.</summary>
    public IReadOnlyList<string> TraceOption { get; init; } = [];

    /// <summary>Compress the trace with zstd when the recording has ended.</summary>
    public bool Compress { get; init; }

    /// <summary>
    /// Let every user read the output file. By default only its owner may: a trace reveals much about a machine.
    /// </summary>
    public bool WorldReadable { get; init; }

    /// <summary>Record the recorder's own process too.</summary>
    public bool IncludeSelf { get; init; }

    /// <summary>
    /// The process does nothing but record, and starts no program but <see cref="Command"/>. Threads that it starts during the
    /// recording are then excluded from their first instruction on, not from when they are noticed, and it drops more
    /// capabilities once the recording runs, see <see cref="Recorder.DropCapabilities"/>.
    /// </summary>
    public bool DedicatedProcess { get; init; }

    /// <summary>Discard unread events of another user in the top-level buffer, if that buffer is needed.</summary>
    public bool Force { get; init; }

    /// <summary>The tracer that is used.</summary>
    public RecordingTracer EffectiveTracer
        => Tracer ?? (RecordsEvents && !HasFunctionFilter && GraphRoot.Count == 0
            ? RecordingTracer.None
            : RecordingTracer.Function);

    /// <summary>The clock that is used.</summary>
    public string EffectiveClock => Clock ?? (Format == RecordingFormat.Text ? "counter" : "local");

    /// <summary>Whether events are recorded.</summary>
    internal bool RecordsEvents => Preset.Count + Event.Count + EventStack.Count > 0;

    /// <summary>Whether events are recorded, or have filters or triggers.</summary>
    internal bool HasEvents => RecordsEvents || EventFilter.Count + EventTrigger.Count > 0;

    /// <summary>Whether functions are selected by name, module or source path.</summary>
    internal bool HasFunctionFilter => Function.Count + Module.Count + SourcePath.Count > 0;

    /// <summary>Whether functions are excluded by name, module or source path.</summary>
    internal bool HasFunctionExclusion => ExcludeFunction.Count + ExcludeModule.Count + ExcludeSourcePath.Count > 0;

    /// <summary>A description of the request: its tracer and every value that is set.</summary>
    public override string ToString()
    {
        var parts = new List<string> { EffectiveTracer.KernelName() ?? "events" };
        void Add(FormattableString part) => parts.Add(part.ToString(CultureInfo.InvariantCulture));
        void AddList<T>(string name, IReadOnlyList<T> values)
        {
            if (values.Count > 0) parts.Add($"{name} {string.Join(",", values)}");
        }
        AddList("function", Function);
        AddList("exclude-function", ExcludeFunction);
        AddList("module", Module);
        AddList("exclude-module", ExcludeModule);
        AddList("source-path", SourcePath);
        AddList("exclude-source-path", ExcludeSourcePath);
        AddList("graph-root", GraphRoot);
        if (MaxDepth > 0) Add($"max-depth {MaxDepth}");
        AddList("preset", Preset);
        AddList("event", Event);
        foreach (var filter in EventFilter) Add($"event-filter {filter}");
        AddList("event-stack", EventStack);
        foreach (var trigger in EventTrigger) Add($"event-trigger {trigger}");
        AddList("pid", ProcessId);
        if (Command is { } command) parts.Add($"command {string.Join(' ', [command, .. ArgumentList])}");
        if (Cpu.Count > 0) parts.Add("cpu " + CpuList.ToList(Cpu));
        if (Duration is { } duration) Add($"duration {duration.TotalSeconds:0.###} s");
        if (MaxSize is { } size) Add($"max-size {size}");
        if (BufferSize is { } buffer) Add($"buffer-size {buffer}");
        if (Overwrite) parts.Add("overwrite");
        AddList("option", TraceOption);
        return string.Join("; ", parts);
    }

    /// <summary>The description of the request, with the events of its presets.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownPreset"/>.</exception>
    public string Explain()
        => string.Join("; ", Preset.Select(EventPreset.Find).Distinct().Select(p => $"{p.Name}: {string.Join(",", p.Events)}")
            .Prepend(ToString()));
}
