namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The direction of calls in a picture.</summary>
public enum GraphLayout
{
    /// <summary>Callers are above their callees.</summary>
    TopDown,

    /// <summary>Callers are left of their callees.</summary>
    LeftRight,
}
