namespace KernelMagnifier.Comparison.Sampling;

/// <summary>The calls of one edge of one recording, by block of time.</summary>
/// <param name="Caller">The calling function, with its module; null if it is not known. Untrusted text.</param>
/// <param name="Callee">The called function, with its module. Untrusted text.</param>
/// <param name="Blocks">The calls in each block; no block if calls have no times.</param>
/// <param name="Untimed">The calls without a time.</param>
internal sealed record CallSample(string? Caller, string Callee, IReadOnlyList<long> Blocks, long Untimed)
{
    /// <summary>The number of calls.</summary>
    public long Count { get; } = Blocks.Sum() + Untimed;

    /// <summary>The calls of a function: the sum of its edges of one recording, which have the same blocks.</summary>
    public static CallSample Sum(string callee, IReadOnlyList<CallSample> edges)
    {
        if (edges is [{ Caller: null } only]) return only;
        var blocks = new long[edges[0].Blocks.Count];
        foreach (var edge in edges)
            for (var i = 0; i < blocks.Length; i++)
                blocks[i] += edge.Blocks[i];
        return new CallSample(null, callee, blocks, edges.Sum(edge => edge.Untimed));
    }
}
