namespace KernelMagnifier.Recording;

/// <summary>The format of a recording.</summary>
public enum RecordingFormat
{
    /// <summary>trace.dat version 7, with the pages of the kernel's buffers unchanged.</summary>
    TraceDat,

    /// <summary>
    /// The text of <c>trace_pipe</c>. The kernel formats every event during the recording, which is slow and loses many events.
    /// </summary>
    Text,
}
