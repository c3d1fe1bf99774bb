namespace KernelMagnifier.Model;

/// <summary>A key that contains numbers from a file. <see cref="SeededComparer{T}"/> hashes it.</summary>
internal interface IHashed
{
    /// <summary>Returns the hash of the key.</summary>
    /// <param name="with">The hash of the table.</param>
    ulong Hash(in SeededHash with);
}
