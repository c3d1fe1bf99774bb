using KernelMagnifier.Recording.Fetching;

namespace KernelMagnifier.Cmdlets.Fetching;

/// <summary>What the copying from one host reports.</summary>
/// <param name="Host">The number of the host.</param>
internal readonly record struct FetchReport(int Host)
{
    /// <summary>A copy that is complete; null if it is something else.</summary>
    public RecordingCopy? Copy { get; init; }

    /// <summary>An error; null if it is something else.</summary>
    public Exception? Error { get; init; }

    /// <summary>The recording that is copied; null if it is something else.</summary>
    public RemoteRecording? Recording { get; init; }

    /// <summary>The length of its copy, in bytes.</summary>
    public long Done { get; init; }
}
