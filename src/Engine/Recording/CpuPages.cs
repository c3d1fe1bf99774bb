namespace KernelMagnifier.Recording;

/// <summary>Where the pages of one CPU are in a trace.dat.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Offset">The offset of the first page.</param>
/// <param name="Size">The number of bytes, compressed or not.</param>
internal sealed record CpuPages(int Cpu, long Offset, long Size);
