namespace KernelMagnifier.Probes.Language;

/// <summary>The tree of a program, as the parser builds it.</summary>
internal sealed class ProgramTree
{
    /// <summary>What the parser found.</summary>
    public List<ProgramIssue> Issues { get; } = [];

    /// <summary>The probes in their order.</summary>
    public List<ProgramProbe> Probes { get; } = [];

    /// <summary>The bodies of macros and functions by name, and the values of <c>#define</c>.</summary>
    public Dictionary<string, ProgramNode> Definitions { get; } = [];

    /// <summary>The names of arguments of macros.</summary>
    public HashSet<string> MacroArguments { get; } = [];

    /// <summary>The lists of parameters of macros and functions by their names.</summary>
    public Dictionary<string, List<IReadOnlyList<string>>> Arguments { get; } = [];

    /// <summary>The names of structures that the program defines itself.</summary>
    public HashSet<string> Structures { get; } = [];

    /// <summary>Files of <c>#include</c>.</summary>
    public List<NamedFact> Includes { get; } = [];

    /// <summary>Files of <c>import</c>.</summary>
    public List<NamedFact> Imports { get; } = [];

    /// <summary>Settings of <c>config</c>.</summary>
    public List<NamedFact> Settings { get; } = [];

    /// <summary>Declared maps; the value is <c>TYPE(SIZE)</c>.</summary>
    public List<NamedFact> DeclaredMaps { get; } = [];

    /// <summary>The names of values of enumerations.</summary>
    public HashSet<string> Constants { get; } = [];
}
