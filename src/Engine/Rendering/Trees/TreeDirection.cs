namespace KernelMagnifier.Rendering.Trees;

/// <summary>The direction of a tree.</summary>
public enum TreeDirection
{
    /// <summary>The callees of a function, and their callees.</summary>
    Callees,

    /// <summary>The callers of a function, and their callers.</summary>
    Callers,
}
