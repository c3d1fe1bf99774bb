namespace KernelMagnifier.Symbols.Dwarf;

// The numbers of DWARF 5 (chapter 7) and of the GNU extensions that are met; only those the walk looks at.

internal enum Tag : ushort
{
    ImportedUnit = 0x3d,
    Subprogram = 0x2e,
    CompileUnit = 0x11,
    StructureType = 0x13,
    Namespace = 0x39,
    PartialUnit = 0x3c,
    SkeletonUnit = 0x4a,
}
