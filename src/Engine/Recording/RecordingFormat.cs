namespace KernelMagnifier.Recording;

/// <summary>What a recording is written as.</summary>
public enum RecordingFormat
{
    /// <summary>trace.dat version 7: what the kernel's buffers hold, byte for byte.</summary>
    TraceDat,

    /// <summary>The text of <c>trace_pipe</c>. The kernel formats each event while recording goes on, which costs much and loses much.</summary>
    Text,
}
