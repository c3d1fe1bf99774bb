namespace KernelMagnifier.Comparison.Assertions;

/// <summary>How a number must relate to a limit.</summary>
internal enum BoundKind : byte
{
    /// <summary>It is less.</summary>
    LessThan,

    /// <summary>It is not greater.</summary>
    AtMost,

    /// <summary>It is greater.</summary>
    GreaterThan,

    /// <summary>It is not less.</summary>
    AtLeast,
}
