using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>How to read a recording.</summary>
public sealed record TraceReadOptions
{
    /// <summary>Gives functions their source; null for none.</summary>
    public ISourceResolver? SourceResolver { get; init; }

    /// <summary>Called now and then on the thread that called <see cref="TraceReader.ReadOnce"/>.</summary>
    public Action<TraceProgress>? Progress { get; init; }

    /// <summary>Threads that read; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>The buffer instance of a trace.dat to read: its name, empty for the top-level buffer; null for all, merged by time as trace-cmd report does.</summary>
    public string? Instance { get; init; }
}
