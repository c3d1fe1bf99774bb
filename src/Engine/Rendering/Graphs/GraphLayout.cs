namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Which way the calls run in a picture.</summary>
public enum GraphLayout
{
    /// <summary>Callers above what they call.</summary>
    TopDown,

    /// <summary>Callers left of what they call.</summary>
    LeftRight,
}
