namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>A value goes on behind the end of the piece it is in: the unit is damaged, or the piece was cut too short.</summary>
internal sealed class OutOfPieceException() : Exception("a value goes beyond the end of its unit");
