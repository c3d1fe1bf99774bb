namespace KernelMagnifier.Recording;

/// <summary>What one CPU recorded.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Events">Events in the file.</param>
/// <param name="LostEvents">Events the kernel dropped because the buffer was full.</param>
/// <param name="Bytes">Bytes drained.</param>
public sealed record RecordingCpu(int Cpu, long Events, long LostEvents, long Bytes);
