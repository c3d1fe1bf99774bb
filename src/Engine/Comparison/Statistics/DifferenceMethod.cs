namespace KernelMagnifier.Comparison.Statistics;

/// <summary>How a comparison knows its verdict.</summary>
internal enum DifferenceMethod : byte
{
    /// <summary>Not at all: the recordings are not comparable, or there is nothing to test.</summary>
    None,

    /// <summary>An exact rank test over recordings, four or more on each side, corrected for the number of rows.</summary>
    RankTest,

    /// <summary>A bootstrap over blocks of time of fewer than four recordings on a side. Never significant.</summary>
    FewRecordings,

    /// <summary>A bootstrap over blocks of time of one recording on each side. Never significant.</summary>
    SinglePair,
}
