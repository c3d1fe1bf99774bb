namespace KernelMagnifier.Traces.TraceDat;

/// <summary>What a running kernel says of itself: what a trace.dat has beside events.</summary>
internal sealed record KernelDescription
{
    /// <summary>The sections of a trace.dat 7 that describe events, by their ids in <see cref="DatOptions"/>.</summary>
    public required IReadOnlyList<(int Id, byte[] Content)> Sections { get; init; }

    /// <summary>The size of a ring buffer page (sub-buffer) in bytes.</summary>
    public required int PageSize { get; init; }

    /// <summary>The trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>System, host, release and machine; null if not known.</summary>
    public string? Uname { get; init; }

    /// <summary>The kernel's build id; null if it has none.</summary>
    public string? BuildId { get; init; }

    /// <summary>The number of CPUs that the machine can have; 0 if not known.</summary>
    public int Cpus { get; init; }

    /// <summary>Nanoseconds from the trace clock to the Unix time; null if not known.</summary>
    public long? WallOffset { get; init; }

    /// <summary>The names of tasks.</summary>
    public SavedCommandLines Tasks { get; init; } = new();
}
