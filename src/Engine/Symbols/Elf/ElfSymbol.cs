namespace KernelMagnifier.Symbols.Elf;

/// <summary>One entry of a symbol table (Elf64_Sym).</summary>
/// <param name="NameOffset">The offset of the name in the string table.</param>
/// <param name="Type">The type of st_info, such as <see cref="Function"/>.</param>
/// <param name="Binding">The binding of st_info; 0 is local.</param>
/// <param name="Section">st_shndx; 0 when the symbol is undefined.</param>
/// <param name="InCode">Whether the section holds code.</param>
/// <param name="Address">The address in the kernel as linked, or relative to the base of the module.</param>
/// <param name="Size">st_size in bytes; 0 when unknown.</param>
internal readonly record struct ElfSymbol(
    uint NameOffset, byte Type, byte Binding, ushort Section, bool InCode, ulong Address, ulong Size)
{
    public const byte NoType = 0; // STT_NOTYPE
    public const byte Function = 2; // STT_FUNC
}
