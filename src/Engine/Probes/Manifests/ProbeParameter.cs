namespace KernelMagnifier.Probes.Manifests;

/// <summary>A parameter: the positional parameter <c>$N</c> of the program, N counted from 1 in the order of the
/// manifest.</summary>
internal sealed record ProbeParameter
{
    /// <summary>The name: lower-case letters, digits and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, as a sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The type.</summary>
    public ParameterType Type { get; init; }

    /// <summary>The unit of a number, such as <c>us</c>; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>The least number; null for a text.</summary>
    public long? Minimum { get; init; }

    /// <summary>The greatest number; null for a text.</summary>
    public long? Maximum { get; init; }

    /// <summary>The allowed texts; empty if a pattern decides.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>
    /// The regular expression that a text matches as a whole, without backtracking; null for the built-in one, which allows
    /// letters, digits and <c>_ . : / -</c> but no leading dash.
    /// </summary>
    public string? Pattern { get; init; }

    /// <summary>The value if none is given, as text; null if one must be given.</summary>
    public string? Default { get; init; }
}
