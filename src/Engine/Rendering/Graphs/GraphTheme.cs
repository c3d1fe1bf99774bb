namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Light or dark.</summary>
public enum GraphTheme
{
    /// <summary>Dark on light, for paper too.</summary>
    Light,

    /// <summary>Light on dark.</summary>
    Dark,
}
