namespace KernelMagnifier.DuckDb;

/// <summary>SQL that this product writes itself. What users give is never part of it but as a literal or a parameter.</summary>
internal static class SqlText
{
    /// <summary>A text as a literal.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A list of literals.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Literal))}]";

    /// <summary>A path as the pattern that matches it alone: DuckDB takes paths for patterns.</summary>
    public static string Exactly(string path)
        => path.AsSpan().IndexOfAny("[*?") < 0 ? path
            : string.Concat(path.Select(symbol => symbol is '[' or '*' or '?' ? $"[{symbol}]" : symbol.ToString()));
}
