namespace KernelMagnifier.Rendering.Trees;

/// <summary>How a tree of calls is drawn.</summary>
public sealed record CallTreeOptions
{
    /// <summary>Which way it grows.</summary>
    public TreeDirection Direction { get; init; }

    /// <summary>How many calls deep.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Edges of fewer calls are left out, and counted.</summary>
    public long MinCount { get; init; }

    /// <summary>At most so many branches below one function, those with the most calls; the others are counted.</summary>
    public int Top { get; init; } = 20;

    /// <summary>The characters it is drawn with.</summary>
    public TreeCharset Charset { get; init; }

    /// <summary>
    /// Whether the locale (<c>LC_ALL</c>, <c>LC_CTYPE</c>, <c>LANG</c>, the first that is set, as locale(7) has it) says UTF-8, and the terminal is not a dumb one.
    /// </summary>
    public static bool TerminalHasUnicode(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("TERM") == "dumb") return false;
        var locale = "";
        foreach (var name in (ReadOnlySpan<string>)["LANG", "LC_CTYPE", "LC_ALL"])
            if (variable(name) is { Length: > 0 } value)
                locale = value;
        return locale.Contains("utf-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }
}
