namespace KernelMagnifier.Recording;

/// <summary>Where one CPU's pages go until the recording is put together.</summary>
internal sealed record CpuPart(int Cpu, string File, long Start);
