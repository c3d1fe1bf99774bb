namespace KernelMagnifier.Selection;

/// <summary>A filter or a count that the calls at hand cannot answer. It is an error, not an empty answer.</summary>
public sealed class FilterException : KernelMagnifierException
{
    internal FilterException(FilterFault fault, string parameter, string message) : base(fault == FilterFault.NotForEdges ? ErrorCode.NotForEdges : ErrorCode.NeedsSymbolMap, null, message)
        => (Fault, Parameter) = (fault, parameter);

    /// <summary>Why.</summary>
    public FilterFault Fault { get; }

    /// <summary>What of the filter, by its name in <see cref="Selection.CallFilter"/>.</summary>
    public string Parameter { get; }
}
