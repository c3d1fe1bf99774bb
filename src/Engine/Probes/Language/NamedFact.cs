namespace KernelMagnifier.Probes.Language;

/// <summary>Something that a program names.</summary>
/// <param name="Name">The name.</param>
/// <param name="Position">Where.</param>
/// <param name="Value">What belongs to it, such as the value of a setting; empty for nothing.</param>
internal sealed record NamedFact(string Name, ProgramPosition Position, string Value = "");
