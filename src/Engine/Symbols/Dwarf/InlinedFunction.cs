namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>A function the compiler inlined somewhere.</summary>
internal readonly record struct InlinedFunction(StringPlace Name, int File, int Line);
