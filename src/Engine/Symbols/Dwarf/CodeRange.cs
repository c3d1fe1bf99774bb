namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>A function with code, as .debug_info describes it; one per address range, the first of a function being its entry.</summary>
/// <param name="Low">Where the range starts.</param>
/// <param name="High">Where the next byte behind it is.</param>
/// <param name="Name">Its name, or none.</param>
/// <param name="File">Its file as an index of <see cref="FunctionWalk.Files"/>, or -1.</param>
/// <param name="Line">The line it is declared at, or 0.</param>
/// <param name="Unit">Its unit as an index of <see cref="DwarfFile.Units"/>.</param>
/// <param name="IsEntry">Whether the function starts here.</param>
internal readonly record struct CodeRange(ulong Low, ulong High, StringPlace Name, int File, int Line, int Unit, bool IsEntry);
