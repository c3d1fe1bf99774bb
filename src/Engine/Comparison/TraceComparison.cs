using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison;

/// <summary>What the rows of one comparison share: the recordings, and what pictures of them need.</summary>
internal sealed class TraceComparison
{
    /// <summary>The recordings before; those of a baseline have a description too.</summary>
    public IReadOnlyList<TraceInfo> Before { get; init; } = [];

    /// <summary>The recordings after.</summary>
    public IReadOnlyList<TraceInfo> After { get; init; } = [];

    /// <summary>What numbers of calls are divided by, in words: <c>second of CPU time</c> or <c>sys_enter</c>.</summary>
    public string Per { get; init; } = "";

    /// <summary>The smallest change that counts, as a part of the number before (0.1 for 10 %); null if it is not known.</summary>
    public double? Threshold { get; init; }

    /// <summary>Drift: what differs between the sides besides the numbers, as sentences.</summary>
    public IReadOnlyList<string> Drift { get; init; } = [];

    /// <summary>The lengths before and after by kind and key; a side without an interval has null.</summary>
    public IReadOnlyDictionary<(string Kind, string? Key), (PooledLengths? Before, PooledLengths? After)> Lengths { get; init; }
        = new Dictionary<(string Kind, string? Key), (PooledLengths? Before, PooledLengths? After)>();
}
