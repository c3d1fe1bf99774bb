namespace KernelMagnifier.Measuring;

/// <summary>What one method measured.</summary>
internal sealed record MeasuredPart
{
    /// <summary>The method, as in <see cref="Measurement.Method"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The latencies.</summary>
    public IReadOnlyList<Latency.Latency> Latencies { get; init; } = [];

    /// <summary>How long it measured.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The number of events that were read or counted.</summary>
    public long Events { get; init; }

    /// <summary>The number of events that were lost.</summary>
    public long LostEvents { get; init; }

    /// <summary>The bytes read from the kernel's buffers.</summary>
    public long BytesRead { get; init; }

    /// <summary>The memory of the kernel's buffers, in bytes.</summary>
    public long BufferMemory { get; init; }

    /// <summary>Why it was too much, as part of a sentence; null if it was not.</summary>
    public string? TooMuch { get; init; }

    /// <summary>What the user should know, as sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
