namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>What an input object is.</summary>
internal enum InputKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A call event.</summary>
    Call,

    /// <summary>A call edge.</summary>
    Edge,

    /// <summary>A call count.</summary>
    Count,
}
