namespace KernelMagnifier.Probes.Manifests;

/// <summary>What a map of the output means.</summary>
internal sealed record OutputMap
{
    /// <summary>The name with its <c>@</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, as a sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>The unit of the values: <c>ns</c>, <c>us</c>, <c>ms</c>, <c>s</c>, <c>bytes</c>, another word, or null for a
    /// count.</summary>
    public string? Unit { get; init; }

    /// <summary>The kind of intervals that a histogram of times has, such as <c>Wakeup</c>; null if it has none of
    /// them.</summary>
    public string? Interval { get; init; }

    /// <summary>The parts of the key, in their order; empty for a map without key.</summary>
    public IReadOnlyList<OutputValue> Keys { get; init; } = [];

    /// <summary>Whether the values are unsigned numbers of 64 bits, which bpftrace prints as signed ones.</summary>
    public bool IsUnsigned { get; init; }
}
