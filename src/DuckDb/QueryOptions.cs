namespace KernelMagnifier.DuckDb;

/// <summary>The limits of a session.</summary>
internal sealed record QueryOptions
{
    /// <summary>The memory in bytes that all queries together may use; null for half of the memory of the machine.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>The number of threads; null for one per CPU.</summary>
    public int? Threads { get; init; }
}
