using System.Collections.Immutable;

namespace KernelMagnifier.Model;

/// <summary>What an object outside a reading says about a function. A name of null is a function that is not known.</summary>
internal readonly record struct FunctionValues(
    string? Name, string? Module = null, string? SourceFile = null, int? SourceLine = null)
{
    private const string Separator = " | ";

    /// <summary>
    /// The source locations; those of several candidates have no line (<see cref="FunctionSymbol.SourceFile"/>).
    /// </summary>
    public ImmutableArray<SourceLocation> Sources
    {
        get
        {
            var line = SourceLine ?? 0;
            return string.IsNullOrEmpty(SourceFile) ? []
                : [.. SourceFile.Split(Separator).Select(file => new SourceLocation(file, line))];
        }
    }
}
