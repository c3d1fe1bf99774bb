namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The theme of a picture.</summary>
public enum GraphTheme
{
    /// <summary>Dark text on a light ground, also for paper.</summary>
    Light,

    /// <summary>Light text on a dark ground.</summary>
    Dark,
}
