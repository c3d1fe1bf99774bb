namespace KernelMagnifier.Rendering.Graphs;

/// <summary>What functions are put together by.</summary>
public enum GraphClustering
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The directory of their source file; needs a symbol map.</summary>
    Directory,

    /// <summary>Their module.</summary>
    Module,

    /// <summary>The execution context they ran in; needs calls that were counted by context, which edges alone do not hold.</summary>
    Context,
}
