namespace KernelMagnifier.Comparison.Assertions;

/// <summary>A number of a latency that can be asserted.</summary>
internal enum AssertedNumber : byte
{
    /// <summary>The median.</summary>
    P50,

    /// <summary>The length that 90 % do not exceed.</summary>
    P90,

    /// <summary>The length that 99 % do not exceed.</summary>
    P99,

    /// <summary>The length that 99.9 % do not exceed.</summary>
    P999,

    /// <summary>The longest length.</summary>
    Max,

    /// <summary>The mean length.</summary>
    Mean,
}
