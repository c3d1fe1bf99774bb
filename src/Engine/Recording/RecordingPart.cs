namespace KernelMagnifier.Recording;

/// <summary>The file to which one CPU's buffer is drained.</summary>
/// <param name="Cpu">The CPU; -1 for the text of all CPUs.</param>
/// <param name="File">The temporary name beside the result.</param>
/// <param name="Start">The offset of the first page.</param>
internal sealed record RecordingPart(int Cpu, string File, long Start);
