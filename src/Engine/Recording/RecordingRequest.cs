using KernelMagnifier.Model;

namespace KernelMagnifier.Recording;

/// <summary>What to record, where to, and within which bounds. An empty list asks nothing.</summary>
public sealed record RecordingRequest
{
    /// <summary>The file to write.</summary>
    public required string Path { get; init; }

    /// <summary>What it is written as.</summary>
    public RecordingFormat Format { get; init; }

    /// <summary>The tracer; null takes <see cref="RecordingTracer.None"/> when only events are asked for and <see cref="RecordingTracer.Function"/> otherwise.</summary>
    public RecordingTracer? Tracer { get; init; }

    /// <summary>Functions, with wildcards.</summary>
    public IReadOnlyList<string> Function { get; init; } = [];

    /// <summary>Functions to leave out, with wildcards.</summary>
    public IReadOnlyList<string> ExcludeFunction { get; init; } = [];

    /// <summary>Modules whose functions are recorded, with wildcards; <c>kernel</c> is what is built in.</summary>
    public IReadOnlyList<string> Module { get; init; } = [];

    /// <summary>Modules to leave out, with wildcards.</summary>
    public IReadOnlyList<string> ExcludeModule { get; init; } = [];

    /// <summary>Parts of source paths, or whole paths with wildcards: only functions defined there. Needs <see cref="SourceResolver"/>.</summary>
    public IReadOnlyList<string> SourcePath { get; init; } = [];

    /// <summary>Source paths to leave out.</summary>
    public IReadOnlyList<string> ExcludeSourcePath { get; init; } = [];

    /// <summary>Knows where functions are defined: a symbol map.</summary>
    public ISourceResolver? SourceResolver { get; init; }

    /// <summary>With <see cref="RecordingTracer.FunctionGraph"/>: only these functions and what they call, with wildcards.</summary>
    public IReadOnlyList<string> GraphRoot { get; init; } = [];

    /// <summary>With <see cref="RecordingTracer.FunctionGraph"/>: how many calls deep; 0 for all.</summary>
    public int MaxDepth { get; init; }

    /// <summary>Events, as <c>system:event</c> with wildcards (<c>sched:*</c>); a filter may follow in braces: <c>sched:sched_switch{prev_pid == 7}</c>.</summary>
    public IReadOnlyList<string> Event { get; init; } = [];

    /// <summary>Processes to record, with all their threads and everything they start.</summary>
    public IReadOnlyList<int> ProcessId { get; init; } = [];

    /// <summary>A program to start and record, with everything it starts; recording ends when it does. It is run as it is, not by a shell.</summary>
    public string? Command { get; init; }

    /// <summary>The program's arguments.</summary>
    public IReadOnlyList<string> ArgumentList { get; init; } = [];

    /// <summary>CPUs to record.</summary>
    public IReadOnlyList<int> Cpu { get; init; } = [];

    /// <summary>How long; null until something else ends it.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Ends the recording when this many bytes are written.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Ends the recording when less than this many bytes are free where it is written.</summary>
    public long MinFree { get; init; } = 256L << 20;

    /// <summary>Size of the kernel's buffer, in bytes per CPU; null for a size that fits the machine.</summary>
    public long? BufferSize { get; init; }

    /// <summary>Flight recorder: nothing is written until the recording is stopped, then what the buffers hold, the newest events.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The trace clock; null for <c>local</c>, or for text <c>counter</c>.</summary>
    public string? Clock { get; init; }

    /// <summary>Trace options to set, such as <c>func-args</c> or <c>nofuncgraph-irqs</c>.</summary>
    public IReadOnlyList<string> TraceOption { get; init; } = [];

    /// <summary>Packs the trace with zstd when recording is over.</summary>
    public bool Compress { get; init; }

    /// <summary>Lets everybody read the file. Without it only its owner may: a trace tells much about a machine.</summary>
    public bool WorldReadable { get; init; }

    /// <summary>Records the recorder's own process too.</summary>
    public bool IncludeSelf { get; init; }

    /// <summary>
    /// The process is the recorder's alone: it starts no program but <see cref="Command"/>, and has nothing else to do. What it starts while it
    /// records is left out with it, its new threads from their first instruction, not from when they are noticed; and once recording it gives
    /// up the rights it no longer needs, see <see cref="Recorder.GiveUpRights"/>.
    /// </summary>
    public bool DedicatedProcess { get; init; }

    /// <summary>Discards what somebody left unread in the top-level buffer, when that one has to be used.</summary>
    public bool Force { get; init; }

    /// <summary>The tracer that will be used.</summary>
    public RecordingTracer EffectiveTracer => Tracer
        ?? (Event.Count > 0 && Function.Count + Module.Count + SourcePath.Count + GraphRoot.Count == 0 ? RecordingTracer.None : RecordingTracer.Function);

    /// <summary>The clock that will be used.</summary>
    public string EffectiveClock => Clock ?? (Format == RecordingFormat.Text ? "counter" : "local");

    /// <summary>What is asked, in words.</summary>
    public override string ToString() => Recorder.Describe(this);
}
