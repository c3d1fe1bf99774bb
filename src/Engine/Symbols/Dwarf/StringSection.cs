namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The sections strings are in.</summary>
internal enum StringSection : byte
{
    None,
    Info,
    Strings,
    LineStrings,
    Line,
    AlternateStrings,
}
