namespace KernelMagnifier.Probes.Language;

/// <summary>What the parser found.</summary>
internal enum IssueKind
{
    /// <summary>The program breaks the grammar, or a bound of the parser. Nothing after it was read.</summary>
    Syntax,

    /// <summary>Something that the parser skipped, because it does not know it.</summary>
    UnknownSyntax,

    /// <summary>A type of probe that no version has.</summary>
    UnknownProbeType,

    /// <summary>A function that no version has and the program does not define.</summary>
    UnknownFunction,

    /// <summary>A name that is neither a builtin nor defined in the program.</summary>
    UnknownName,
}
