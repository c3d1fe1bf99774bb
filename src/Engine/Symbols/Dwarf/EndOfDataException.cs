using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>A value extends past the end of the data: the unit is damaged, or the window over it is too small.</summary>
internal sealed class EndOfDataException() : DamagedException("a value extends past the end of its unit");
