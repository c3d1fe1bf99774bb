namespace KernelMagnifier.Recording;

/// <summary>The reason why a recording ended.</summary>
public enum RecordingEnd
{
    /// <summary>The requested duration elapsed.</summary>
    Duration,

    /// <summary>The requested size was reached.</summary>
    MaxSize,

    /// <summary>The disk was full, or had less free space than was to be kept free.</summary>
    FreeSpace,

    /// <summary>The recorded command ended.</summary>
    Command,

    /// <summary>The user stopped it.</summary>
    Stopped,

    /// <summary>An error occurred; the file contains what was recorded until then.</summary>
    Failed,

    /// <summary>The recorder was killed; a later recorder completed the file.</summary>
    Recovered,
}
