namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Attribute names (DW_AT_*; DWARF 5, 7.5.4, and GNU extensions) that are read.</summary>
internal enum Attr : ushort
{
    Sibling = 0x01,
    Name = 0x03,
    StatementList = 0x10,
    LowPc = 0x11,
    HighPc = 0x12,
    Language = 0x13,
    CompilationDirectory = 0x1b,
    Inline = 0x20,
    AbstractOrigin = 0x31,
    DeclFile = 0x3a,
    DeclLine = 0x3b,
    Declaration = 0x3c,
    Specification = 0x47,
    Ranges = 0x55,
    LinkageName = 0x6e,
    StringOffsetsBase = 0x72,
    AddressBase = 0x73,
    RangeListsBase = 0x74,
    SplitName = 0x76,
    GnuSplitName = 0x2130,
    GnuAddressBase = 0x2133,
}
