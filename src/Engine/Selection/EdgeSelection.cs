namespace KernelMagnifier.Selection;

/// <summary>
/// The edges that pass the parts of a <see cref="CallFilter"/> that need the whole graph: the roots and the minimum count.
/// </summary>
internal abstract class EdgeSelection
{
    /// <summary>
    /// The calls of each root, by name and module, which are not among the edges that pass; null without roots.
    /// </summary>
    public virtual IReadOnlyDictionary<(string Name, string? Module), long>? RootCalls => null;

    /// <summary>Whether an edge passes.</summary>
    /// <param name="caller">The id of the caller in the names of the recording.</param>
    /// <param name="function">The id of the called function.</param>
    public abstract bool Contains(int caller, int function);
}
