namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Where a unit is and how its entries are encoded (DWARF 5, 7.5.1).</summary>
internal readonly record struct UnitHeader(long Offset, long Length, int HeaderSize, ushort Version, byte AddressSize, byte OffsetSize, ulong Abbreviations)
{
    public long End => Offset + Length;
}
