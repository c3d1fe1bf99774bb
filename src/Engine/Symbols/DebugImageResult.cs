namespace KernelMagnifier.Symbols;

/// <summary>What is known of a debug file after reading, besides its functions.</summary>
/// <param name="SourceRoots">The roots of its source, as in <see cref="Symbols.SourceRoots.Roots"/>.</param>
/// <param name="Warnings">Warnings for the user.</param>
internal sealed record DebugImageResult(IReadOnlyList<string> SourceRoots, IReadOnlyList<string> Warnings);
