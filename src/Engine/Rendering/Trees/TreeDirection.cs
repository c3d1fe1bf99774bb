namespace KernelMagnifier.Rendering.Trees;

/// <summary>Which way a tree grows.</summary>
public enum TreeDirection
{
    /// <summary>What a function calls, and what that calls.</summary>
    Callees,

    /// <summary>Who calls a function, and who calls them.</summary>
    Callers,
}
