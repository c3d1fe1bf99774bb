namespace KernelMagnifier.Symbols;

/// <summary>Suffixes that compilers append to the names of copies and parts of a function, such as <c>.isra.0</c>.</summary>
internal static class CompilerSuffix
{
    // A number may follow each.
    private static readonly string[] Suffixes
        = [".isra", ".constprop", ".part", ".cold", ".llvm", ".lto_priv", ".ipa_icf", ".localalias", ".__uniq"];

    /// <summary>The name without its last compiler suffix; null when it has none.</summary>
    public static string? Remove(string name)
    {
        var end = name.AsSpan().TrimEnd("0123456789").Length;
        var word = end < name.Length && end > 0 && name[end - 1] == '.' ? name.AsSpan(0, end - 1) : name;
        foreach (var suffix in Suffixes)
            if (word.EndsWith(suffix, StringComparison.Ordinal))
                return word[..^suffix.Length].ToString();
        return null;
    }
}
