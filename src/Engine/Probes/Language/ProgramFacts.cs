namespace KernelMagnifier.Probes.Language;

/// <summary>What a program does, as its text says.</summary>
internal sealed class ProgramFacts
{
    /// <summary>The name of the program in messages.</summary>
    public required string Name { get; init; }

    /// <summary>The text.</summary>
    public required ProgramText Text { get; init; }

    /// <summary>The tree.</summary>
    public required ProgramTree Tree { get; init; }

    /// <summary>What is wrong or not known, in the order of the program.</summary>
    public IReadOnlyList<ProgramIssue> Issues => Tree.Issues;

    /// <summary>The probes.</summary>
    public IReadOnlyList<ProgramProbe> Probes => Tree.Probes;

    /// <summary>The attach points of all probes.</summary>
    public IEnumerable<AttachPoint> AttachPoints => Tree.Probes.SelectMany(probe => probe.AttachPoints);

    /// <summary>Uses of builtins.</summary>
    public List<ProgramUse> Builtins { get; } = [];

    /// <summary>Calls of functions.</summary>
    public List<ProgramUse> Calls { get; } = [];

    /// <summary>Fields of <c>args</c>.</summary>
    public List<ProgramUse> Fields { get; } = [];

    /// <summary>Loops, by their keyword.</summary>
    public List<ProgramUse> Loops { get; } = [];

    /// <summary>Positional parameters, such as <c>$1</c>.</summary>
    public List<ProgramUse> Parameters { get; } = [];

    /// <summary>Reads of memory at computed addresses: <c>*p</c>, and fields of casts.</summary>
    public List<ProgramUse> Reads { get; } = [];

    /// <summary>All reads through pointers: <c>*p</c>, <c>p[i]</c> and <c>p->field</c>, other than fields of
    /// <c>args</c>.</summary>
    public List<ProgramUse> Accesses { get; } = [];

    /// <summary>The maps by name.</summary>
    public SortedDictionary<string, ProgramMap> Maps { get; } = new(StringComparer.Ordinal);

    /// <summary>The values that variables and arguments of macros and functions get, by name.</summary>
    public Dictionary<string, List<ProgramNode>> Variables { get; } = [];

    /// <summary>The positional parameters that are used as text: <c>str($1)</c>.</summary>
    public SortedSet<int> TextParameters { get; } = [];

    /// <summary>Whether the whole program was read.</summary>
    public bool IsComplete => Issues.All(issue => issue.Kind != IssueKind.Syntax);

    /// <summary>The text of a node, as in the program, in at most 60 characters.</summary>
    public string Excerpt(ProgramNode node)
    {
        var text = string.Join(' ', Text.Decode(node.Start, node.End).Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 60 ? text : $"{text[..59]}…";
    }
}
