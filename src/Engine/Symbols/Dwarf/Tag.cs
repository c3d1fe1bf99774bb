namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Tags of entries (DW_TAG_*; DWARF 5, 7.5.3) that are read.</summary>
internal enum Tag : ushort
{
    Subprogram = 0x2e,
    CompileUnit = 0x11,
    StructureType = 0x13,
    Namespace = 0x39,
    PartialUnit = 0x3c,
    SkeletonUnit = 0x4a,
}
