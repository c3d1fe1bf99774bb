namespace KernelMagnifier.Symbols;

/// <summary>What is to know of a file besides its functions.</summary>
internal sealed record DebugImageInfo(string? BuildId, bool IsModule, IReadOnlyList<string> SourceRoots, IReadOnlyList<string> Warnings);
