namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>A run of a workload whose recording is to be read.</summary>
/// <param name="Recording">The recording; null if there is none.</param>
/// <param name="IsEmulated">Whether its CPUs were emulated.</param>
/// <param name="Problem">Why it cannot be judged, as a sentence; null if it can. Untrusted text.</param>
internal sealed record FidelityInput(string? Recording, bool IsEmulated = false, string? Problem = null);
