namespace KernelMagnifier.Selection;

/// <summary>Why a filter cannot be answered.</summary>
public enum FilterFault
{
    /// <summary>It asks for source files, and no symbol map tells them.</summary>
    NeedsSymbolMap,

    /// <summary>It asks for what aggregated edges do not hold: a CPU, a task, a time.</summary>
    NotForEdges,
}
