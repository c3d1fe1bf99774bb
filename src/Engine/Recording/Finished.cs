namespace KernelMagnifier.Recording;

/// <summary>What became of the parts.</summary>
internal sealed record Finished(IReadOnlyList<RecordingCpu> PerCpu, long Bytes);
