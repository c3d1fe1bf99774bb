namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The property by which functions are grouped in a picture.</summary>
public enum GraphClustering
{
    /// <summary>Functions are not grouped.</summary>
    None,

    /// <summary>The directory of the source file. Needs a symbol map.</summary>
    Directory,

    /// <summary>The module.</summary>
    Module,

    /// <summary>The execution context. Needs call events; aggregated edges do not hold it.</summary>
    Context,
}
