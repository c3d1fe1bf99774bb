namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>What entries with one abbreviation code look like (DWARF 5, 7.5.3).</summary>
internal struct Abbreviation
{
    public ulong Code;
    public Tag Tag;
    public bool HasChildren;

    /// <summary>Its attributes in <see cref="AbbreviationTable.Attributes"/>.</summary>
    public int First;
    public int Count;

    /// <summary>Bytes of all attributes, or -1 when that depends on their values.</summary>
    public int FixedSize;

    /// <summary>Where a 4-byte sibling reference stands after the code, or -1.</summary>
    public int SiblingAt;
}
