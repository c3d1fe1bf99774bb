namespace KernelMagnifier.Recording;

/// <summary>What ended a recording.</summary>
public enum RecordingEnd
{
    /// <summary>Its time was over.</summary>
    Duration,

    /// <summary>It was as large as it may become.</summary>
    MaxSize,

    /// <summary>The disk was about to be full.</summary>
    FreeSpace,

    /// <summary>The recorded command ended.</summary>
    Command,

    /// <summary>Somebody stopped it.</summary>
    Stopped,

    /// <summary>Something failed; what was recorded until then is there.</summary>
    Failed,

    /// <summary>Its recorder was killed; the next one put together what was there.</summary>
    Recovered,
}
