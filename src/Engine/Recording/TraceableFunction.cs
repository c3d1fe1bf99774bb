namespace KernelMagnifier.Recording;

/// <summary>A function the kernel can trace: its place in <c>available_filter_functions</c>, from 1.</summary>
internal readonly record struct TraceableFunction(int Index, string Name, string? Module, ulong? Address);
