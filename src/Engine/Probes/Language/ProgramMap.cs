namespace KernelMagnifier.Probes.Language;

/// <summary>A map of a program.</summary>
/// <param name="name">The name with its <c>@</c>.</param>
/// <param name="position">Where it is first.</param>
internal sealed class ProgramMap(string name, ProgramPosition position)
{
    /// <summary>The name with its <c>@</c>.</summary>
    public string Name => name;

    /// <summary>Where it is first.</summary>
    public ProgramPosition Position => position;

    /// <summary>The keys with which it is written.</summary>
    public List<IReadOnlyList<ProgramNode>> Keys { get; } = [];

    /// <summary>What it is assigned: names of aggregates such as <c>count</c>, and <c>value</c> for others.</summary>
    public SortedSet<string> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>The values that are assigned, other than aggregates.</summary>
    public List<ProgramNode> Values { get; } = [];

    /// <summary>Whether it has a key anywhere.</summary>
    public bool HasKey { get; set; }

    /// <summary>Whether a key is deleted outside of BEGIN and END.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>Whether it is cleared while the program runs.</summary>
    public bool IsCleared { get; set; }

    /// <summary>Whether END clears it, so that it is not printed.</summary>
    public bool IsClearedAtEnd { get; set; }

    /// <summary>Its declaration, such as <c>lruhash(100)</c>; null for none.</summary>
    public string? Declaration { get; set; }

    /// <summary>Whether it drops the oldest keys by itself.</summary>
    public bool IsBounded => Declaration?.Contains("lru", StringComparison.Ordinal) == true;
}
