namespace KernelMagnifier.Probes.Language;

/// <summary>What the parser found in a program.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Message">What is wrong, as a sentence. Untrusted text.</param>
/// <param name="Position">Where.</param>
internal sealed record ProgramIssue(IssueKind Kind, string Message, ProgramPosition Position);
