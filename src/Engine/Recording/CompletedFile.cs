namespace KernelMagnifier.Recording;

/// <summary>The content of a completed file.</summary>
/// <param name="PerCpu">What it contains of each CPU, in ascending order; empty when unknown.</param>
/// <param name="Bytes">Its size in bytes.</param>
internal sealed record CompletedFile(IReadOnlyList<RecordingCpu> PerCpu, long Bytes)
{
    /// <summary>Its path; null before it has one.</summary>
    public string? Path { get; init; }
}
