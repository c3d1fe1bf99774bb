namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// An address range of a function in .debug_info. A function with several ranges, such as a separate cold part, has one per
/// range.
/// </summary>
/// <param name="Low">The first address.</param>
/// <param name="High">The address after the last byte.</param>
/// <param name="Name">The function's name; none when the entry has no name.</param>
/// <param name="File">The source file as an index of <see cref="FunctionWalk.Files"/>; -1 when unknown.</param>
/// <param name="Line">The line of the declaration; 0 when unknown.</param>
/// <param name="Unit">The unit as an index of <see cref="DwarfFile.Units"/>.</param>
/// <param name="IsEntry">Whether the function is entered at <paramref name="Low"/>.</param>
internal readonly record struct CodeRange(ulong Low, ulong High, StringPlace Name, int File, int Line, int Unit, bool IsEntry);
