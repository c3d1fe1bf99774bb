namespace KernelMagnifier.Lab;

/// <summary>One combination of what varies between guests.</summary>
/// <param name="Kernel">The kernel as it was asked for.</param>
/// <param name="Cpus">The number of CPUs.</param>
/// <param name="Parameter">The kernel parameters; empty for none.</param>
internal sealed record LabCell(string Kernel, int Cpus, string Parameter);
