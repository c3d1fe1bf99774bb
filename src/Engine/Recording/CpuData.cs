namespace KernelMagnifier.Recording;

/// <summary>Where the pages of one CPU are in a trace.dat, and what the kernel counted for it.</summary>
internal sealed record CpuData(int Cpu, long Offset, long Size);
