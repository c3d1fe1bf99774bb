namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Where a string of the debug information stands: which section, and where in it.</summary>
internal readonly record struct StringPlace(StringSection Section, ulong Offset)
{
    public bool IsNone => Section == StringSection.None;
}
