namespace KernelMagnifier.Model;

/// <summary>
/// Compares keys as <see cref="NumberComparer"/> does numbers. The hash of a record struct in .NET is a sum of those of its fields
/// with public factors.
/// </summary>
internal sealed class SeededComparer<T> : IEqualityComparer<T> where T : struct, IHashed, IEquatable<T>
{
    private readonly SeededHash _hash = SeededHash.Create();

    /// <inheritdoc/>
    public bool Equals(T x, T y) => x.Equals(y);

    /// <inheritdoc/>
    public int GetHashCode(T obj) => (int)(obj.Hash(in _hash) >> 32);
}
