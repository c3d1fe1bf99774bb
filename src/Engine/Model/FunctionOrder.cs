namespace KernelMagnifier.Model;

/// <summary>
/// Orders functions by name, and functions of equal name by everything else that an output can show, so that no order depends on
/// threads or on the secrets of a hash.
/// </summary>
internal sealed class FunctionOrder : IComparer<FunctionSymbol>
{
    /// <summary>The only instance.</summary>
    public static FunctionOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(FunctionSymbol? x, FunctionSymbol? y)
    {
        if (ReferenceEquals(x, y)) return 0;
        if (x is null || y is null) return x is null ? -1 : 1;
        if (string.CompareOrdinal(x.Name, y.Name) is not 0 and var byName) return byName;
        if (string.CompareOrdinal(x.Module, y.Module) is not 0 and var byModule) return byModule;
        if (string.CompareOrdinal(x.SourceFile, y.SourceFile) is not 0 and var byFile) return byFile;
        if (Nullable.Compare(x.SourceLine, y.SourceLine) is not 0 and var byLine) return byLine;
        return Nullable.Compare(x.Address, y.Address);
    }
}
