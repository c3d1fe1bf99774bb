namespace KernelMagnifier.Model;

/// <summary>
/// Makes arrays of lists. PowerShell does not index the lists that the compiler makes of collection expressions: <c>[0]</c> of
/// one is the whole list.
/// </summary>
internal static class Indexable
{
    /// <summary>The list as an array.</summary>
    public static T[] Of<T>(IReadOnlyList<T> list) => list as T[] ?? [.. list];
}
