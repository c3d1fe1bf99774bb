using System.Numerics;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Edges whose numbers were chosen to collide in a table without a secret. The tests of collisions use them too.
/// </summary>
internal static class CollidingEdges
{
    /// <summary>The public factor of the former hash: 2^64 divided by the golden ratio.</summary>
    public const ulong Factor = 0x9E3779B97F4A7C15;

    /// <summary>
    /// Pairs of numbers from 1 on. The bits from 33 on of their product with <see cref="Factor"/>, the first number in the upper
    /// half, are in a small window: a run of full slots in a table of at least twice as many.
    /// </summary>
    public static IEnumerable<(int Function, int Caller)> Choose(int count, int numbers)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)count * 2);
        var window = (long)(1.2 * count * size / ((double)numbers * numbers)) + 1;
        var pairs = from function in Enumerable.Range(1, numbers)
                    from caller in Enumerable.Range(1, numbers)
                    where function != caller && Start(function, caller, size) < window
                    select (function, caller);
        return pairs.Take(count);
    }

    private static long Start(int function, int caller, int size)
        => (long)(((((ulong)(uint)function << 32) | (uint)caller) * Factor) >> 33) & (size - 1);
}
