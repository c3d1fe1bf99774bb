namespace KernelMagnifier.Recording;

/// <summary>What was recorded of one CPU.</summary>
/// <param name="Cpu">The number of the CPU.</param>
/// <param name="Events">Events in the file.</param>
/// <param name="LostEvents">Events that the kernel lost because the buffer was full.</param>
/// <param name="Bytes">Size of the CPU's pages in the file in bytes; 0 for text.</param>
public sealed record RecordingCpu(int Cpu, long Events, long LostEvents, long Bytes);
