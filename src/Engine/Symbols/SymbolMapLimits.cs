namespace KernelMagnifier.Symbols;

/// <summary>
/// How much of a map file is kept, so that a file made for it cannot exhaust memory. A kernel with all its modules has about
/// 600,000 functions in 65,000 source files, whose names have 20 million characters.
/// </summary>
/// <param name="Functions">The most rows.</param>
/// <param name="Files">The most distinct source files.</param>
/// <param name="Characters">The most characters of functions, and of distinct source files and modules.</param>
internal sealed record SymbolMapLimits(int Functions, int Files, int Characters)
{
    /// <summary>The limits of every map.</summary>
    public static readonly SymbolMapLimits Default = new(2_000_000, 500_000, 100_000_000);
}
