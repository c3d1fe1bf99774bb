namespace KernelMagnifier.Rendering.Graphs;

/// <summary>How a function or an edge of a difference graph is drawn.</summary>
internal enum DifferenceChange : byte
{
    /// <summary>In grey: the evidence shows no difference, or is too little for a verdict.</summary>
    None,

    /// <summary>Called more often, by the verdict.</summary>
    More,

    /// <summary>Called less often, by the verdict.</summary>
    Less,

    /// <summary>Called more often, and not called before.</summary>
    New,

    /// <summary>Called less often, and not called after.</summary>
    Gone,
}
