namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>What the strings from a pipeline are.</summary>
internal enum StringsKind
{
    /// <summary>Not known yet.</summary>
    Undecided,

    /// <summary>Paths.</summary>
    Paths,

    /// <summary>The text of a recording, line by line or in larger parts.</summary>
    Text,

    /// <summary>Binary data that PowerShell has converted to text and thereby damaged.</summary>
    Binary,

    /// <summary>Not recognized: text, if anything, in which the trace begins later.</summary>
    Unknown,
}
