namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>Something that was found.</summary>
/// <param name="Verdict">The best verdict that it allows.</param>
/// <param name="Text">The finding, as a sentence.</param>
internal readonly record struct FidelityFinding(FidelityVerdict Verdict, string Text);
