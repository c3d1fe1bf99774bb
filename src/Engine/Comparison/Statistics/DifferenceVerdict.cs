namespace KernelMagnifier.Comparison.Statistics;

/// <summary>What a comparison concludes about one number.</summary>
internal enum DifferenceVerdict : byte
{
    /// <summary>The recordings cannot be compared in this number; the reasons say why.</summary>
    NotComparable,

    /// <summary>There is too little evidence for any other verdict.</summary>
    Inconclusive,

    /// <summary>The numbers are equal but for less than the threshold, and the evidence shows it.</summary>
    NoDifference,

    /// <summary>The number is worse by at least the threshold, and the evidence shows that it has changed.</summary>
    Regressed,

    /// <summary>The number is better by at least the threshold, and the evidence shows that it has changed.</summary>
    Improved,
}
