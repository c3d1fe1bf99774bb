using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Recording;

/// <summary>Events that are read live, without a file.</summary>
internal sealed record LiveRequest
{
    /// <summary>What it is, for the journal and for others that wait for its end.</summary>
    public required string Description { get; init; }

    /// <summary>The events.</summary>
    public required EventSelection Selection { get; init; }

    /// <summary>The functions whose calls are read by the function tracer; null for no calls.</summary>
    public RecordingRequest? Functions { get; init; }

    /// <summary>How the events are read.</summary>
    public TraceReadOptions Reading { get; init; } = new();

    /// <summary>The trace clock.</summary>
    public string Clock { get; init; } = "local";

    /// <summary>The size of the kernel's buffer in bytes per CPU; null selects one by the available memory.</summary>
    public long? BufferSize { get; init; }

    /// <summary>The longest time between two readings of a buffer that fills slowly.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether addresses are resolved to functions.</summary>
    public bool WithSymbols { get; init; }

    /// <summary>Whether tasks have names.</summary>
    public bool WithTaskNames { get; init; }

    /// <summary>See <see cref="RecordingRequest.DedicatedProcess"/>.</summary>
    public bool DedicatedProcess { get; init; }

    /// <summary>Asked after each reading of the buffers: whether to end. It may throw.</summary>
    public Func<bool> IsOver { get; init; } = () => false;
}
