namespace KernelMagnifier.Probes.Language;

/// <summary>A place in a program.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte in the line, from 1.</param>
internal readonly record struct ProgramPosition(int Line, int Column);
