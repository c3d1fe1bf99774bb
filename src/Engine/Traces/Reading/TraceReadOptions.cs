using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>How to read a recording.</summary>
internal sealed record TraceReadOptions
{
    /// <summary>Finds the source locations of functions, such as a symbol map; null for none.</summary>
    public ISourceResolver? SourceResolver { get; init; }

    /// <summary>
    /// Receives the progress, at most ten times a second, on the thread that called <see cref="TraceReader.ReadOnce"/>.
    /// </summary>
    public Action<TraceProgress>? Progress { get; init; }

    /// <summary>Ends the waiting for the writer of a FIFO.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>
    /// Whether each line is delivered when it has arrived, also if the writer of the text then pauses. Blocks of lines are smaller
    /// and the format is detected from fewer lines, so a text that does not pause takes longer to read.
    /// </summary>
    public bool Grows { get; init; }

    /// <summary>The number of threads that read; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// The name of the buffer instance of a trace.dat to read; empty for the top-level buffer, null for all of them, merged by
    /// time as trace-cmd report does.
    /// </summary>
    public string? Instance { get; init; }

    /// <summary>How much of the recording is kept apart in memory.</summary>
    public StateBudget Budget { get; init; } = StateBudget.Default;
}
