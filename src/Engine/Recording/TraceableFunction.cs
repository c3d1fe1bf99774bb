namespace KernelMagnifier.Recording;

/// <summary>A function that the kernel can trace.</summary>
/// <param name="Index">Its line in <c>available_filter_functions</c>, from 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Module">Its module; null when it is built in.</param>
/// <param name="Address">Its address; null when the kernel does not list addresses.</param>
internal readonly record struct TraceableFunction(int Index, string Name, string? Module, ulong? Address);
