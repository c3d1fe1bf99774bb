namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The header of a unit of .debug_info (DWARF 5, 7.5.1).</summary>
/// <param name="Offset">The offset of the unit in .debug_info.</param>
/// <param name="Length">The size of the unit in bytes, its length field included.</param>
/// <param name="HeaderSize">The size of the header in bytes; the first entry follows.</param>
/// <param name="Version">The DWARF version, 2 to 5.</param>
/// <param name="AddressSize">The size of an address in bytes, 4 or 8.</param>
/// <param name="OffsetSize">The size of an offset in bytes, 4 or 8.</param>
/// <param name="Abbreviations">The offset of the unit's abbreviations in .debug_abbrev.</param>
internal readonly record struct UnitHeader(long Offset, long Length, int HeaderSize, ushort Version, byte AddressSize,
    byte OffsetSize, ulong Abbreviations)
{
    public long End => Offset + Length;
}
