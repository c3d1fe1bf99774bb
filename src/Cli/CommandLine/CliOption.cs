namespace KernelMagnifier.Cli.CommandLine;

/// <summary>An option of a command: how it is written and what it means.</summary>
/// <param name="Name">The long name without its dashes.</param>
/// <param name="Help">One sentence for the help, without a full stop.</param>
internal sealed record CliOption(string Name, string Help)
{
    /// <summary>What stands for the value in the help (<c>FILE</c>, <c>N</c>); null for a switch, which takes none.</summary>
    public string? Value { get; init; }

    /// <summary>A one-letter name; 0 for none.</summary>
    public char Short { get; init; }

    /// <summary>The value is a list: by comma, by repeating the option, or both.</summary>
    public bool IsList { get; init; }

    /// <summary>What the help shows as the default.</summary>
    public string? Default { get; init; }

    /// <summary>The only values there are; empty for any. Shell completion offers them, the parser insists on them.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The value is a file, for shell completion.</summary>
    public bool IsFile { get; init; }

    /// <summary>The heading in the help under which the option stands.</summary>
    public string Section { get; init; } = "Options";

    /// <summary>Accepted, but neither in the help nor completed.</summary>
    public bool IsHidden { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"--{Name}";
}
