namespace KernelMagnifier.Model;

/// <summary>What one CPU contributed to a recording.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Calls">Call events of this CPU.</param>
/// <param name="LostEvents">Events the kernel says it dropped on this CPU.</param>
/// <param name="Events">Events that are no function calls.</param>
/// <param name="NotParsed">Lines or records that could not be read.</param>
public sealed record CpuStatistics(int Cpu, long Calls, long LostEvents, long Events, long NotParsed);
