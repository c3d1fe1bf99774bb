namespace KernelMagnifier.Model;

/// <summary>
/// Compares numbers from a file as the keys of a <see cref="Dictionary{TKey, TValue}"/> or a <see cref="HashSet{T}"/>. The hash of
/// a number in .NET is the number itself, so that its keys could be chosen to collide.
/// </summary>
internal sealed class NumberComparer : IEqualityComparer<int>, IEqualityComparer<long>, IEqualityComparer<ulong>
{
    private readonly SeededHash _hash = SeededHash.Create();

    /// <inheritdoc/>
    public bool Equals(int x, int y) => x == y;

    /// <inheritdoc/>
    public bool Equals(long x, long y) => x == y;

    /// <inheritdoc/>
    public bool Equals(ulong x, ulong y) => x == y;

    /// <inheritdoc/>
    public int GetHashCode(int obj) => GetHashCode((ulong)obj);

    /// <inheritdoc/>
    public int GetHashCode(long obj) => GetHashCode((ulong)obj);

    /// <inheritdoc/>
    public int GetHashCode(ulong obj) => (int)(_hash.Of(obj) >> 32);
}
