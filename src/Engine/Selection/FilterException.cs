namespace KernelMagnifier;

/// <summary>Why a filter cannot be answered.</summary>
public enum FilterFault
{
    /// <summary>It asks for source files, and no symbol map tells them.</summary>
    NeedsSymbolMap,

    /// <summary>It asks for what aggregated edges do not hold: a CPU, a task, a time.</summary>
    NotForEdges,
}

/// <summary>A filter or a count that the calls at hand cannot answer. It is an error, not an empty answer.</summary>
public sealed class FilterException : Exception
{
    internal FilterException(FilterFault fault, string parameter, string message) : base(message) => (Fault, Parameter) = (fault, parameter);

    /// <summary>Why.</summary>
    public FilterFault Fault { get; }

    /// <summary>What of the filter, by its name in <see cref="Selection.CallFilter"/>.</summary>
    public string Parameter { get; }
}
