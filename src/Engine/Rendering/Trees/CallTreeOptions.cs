namespace KernelMagnifier.Rendering.Trees;

/// <summary>The options of a <see cref="CallTree"/>.</summary>
internal sealed record CallTreeOptions
{
    /// <summary>Whether callees or callers are shown.</summary>
    public TreeDirection Direction { get; init; }

    /// <summary>The number of levels below the root.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>The fewest calls of an edge that is shown; others are counted.</summary>
    public long MinCount { get; init; }

    /// <summary>The most branches of a function that are shown, busiest first; others are counted.</summary>
    public int Top { get; init; } = 20;

    /// <summary>The characters of the tree.</summary>
    public TreeCharset Charset { get; init; }

    /// <summary>
    /// Whether the locale is a UTF-8 one and the terminal is not <c>dumb</c>. The locale is the first of <c>LC_ALL</c>,
    /// <c>LC_CTYPE</c> and <c>LANG</c> that is set, as in locale(7).
    /// </summary>
    public static bool TerminalHasUnicode(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("TERM") == "dumb") return false;
        var locale = "";
        foreach (var name in (ReadOnlySpan<string>)["LANG", "LC_CTYPE", "LC_ALL"])
            if (variable(name) is { Length: > 0 } value)
                locale = value;
        return locale.Contains("utf-8", StringComparison.OrdinalIgnoreCase)
            || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }
}
