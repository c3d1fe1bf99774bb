namespace KernelMagnifier.Symbols;

/// <summary>A function of one debug file, on its way into a <see cref="SymbolTableBuilder"/>.</summary>
/// <param name="Name">The number of the name; see <see cref="SymbolTableBuilder.Name"/>.</param>
/// <param name="Address">The start address; 0 when the function is inlined.</param>
/// <param name="Size">The size in bytes; 0 when unknown.</param>
/// <param name="File">The source file as an index of the list that is added with the row.</param>
/// <param name="Line">The line of the definition; 0 when unknown.</param>
/// <param name="IsInlined">Whether the function has no code of its own.</param>
internal readonly record struct FunctionRow(int Name, ulong Address, uint Size, int File, int Line, bool IsInlined);
