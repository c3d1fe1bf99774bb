namespace KernelMagnifier.Cli.CommandLine;

/// <summary>An option of a command: its names, its value and its help text.</summary>
/// <param name="Name">The long name without dashes.</param>
/// <param name="Help">One sentence for the help, without a period.</param>
internal sealed record CliOption(string Name, string Help)
{
    /// <summary>The placeholder of the value in the help (<c>FILE</c>, <c>N</c>); null for a switch.</summary>
    public string? Value { get; init; }

    /// <summary>The one-letter name; 0 for none.</summary>
    public char Short { get; init; }

    /// <summary>Whether the value is a list, separated by commas or given by repeating the option.</summary>
    public bool IsList { get; init; }

    /// <summary>The default value, which the help shows; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>The allowed values; empty for any value.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Values that shell completion offers among others; empty for none.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>All values that shell completion offers.</summary>
    public IReadOnlyList<string> Offered => Choices.Count > 0 ? Choices : Suggestions;

    /// <summary>Whether the value is a path, for shell completion.</summary>
    public bool IsFile { get; init; }

    /// <summary>The heading of the option in the help.</summary>
    public string Section { get; init; } = "Options";

    /// <summary>Whether help and shell completion omit the option.</summary>
    public bool IsHidden { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"--{Name}";
}
