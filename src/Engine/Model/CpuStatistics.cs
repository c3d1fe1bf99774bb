namespace KernelMagnifier.Model;

/// <summary>The numbers of one CPU in a recording.</summary>
/// <param name="Cpu">The CPU; null for what the recording assigns to no CPU.</param>
/// <param name="Calls">The calls on this CPU.</param>
/// <param name="LostEvents">The events that the kernel reports as dropped on this CPU.</param>
/// <param name="Events">The kernel events that are not function calls.</param>
/// <param name="NotParsed">The lines or records that could not be parsed.</param>
public sealed record CpuStatistics(int? Cpu, long Calls, long LostEvents, long Events, long NotParsed);
