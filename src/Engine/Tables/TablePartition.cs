namespace KernelMagnifier.Tables;

/// <summary>What a dataset is divided into folders by.</summary>
internal enum TablePartition
{
    /// <summary>The machine.</summary>
    Host,

    /// <summary>The recording.</summary>
    Recording,
}
