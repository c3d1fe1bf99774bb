namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The encoding of the debugging information entries that have one abbreviation code (DWARF 5, 7.5.3).</summary>
internal struct Abbreviation
{
    public ulong Code;
    public Tag Tag;
    public bool HasChildren;

    /// <summary>The index of the first attribute in <see cref="AbbreviationTable.Attributes"/>.</summary>
    public int First;

    /// <summary>The number of attributes.</summary>
    public int Count;

    /// <summary>The size of all attributes in bytes; -1 when it depends on their values.</summary>
    public int FixedSize;

    /// <summary>The offset of a 4-byte sibling reference after the code; -1 when the entry has none at a fixed offset.</summary>
    public int SiblingOffset;
}
