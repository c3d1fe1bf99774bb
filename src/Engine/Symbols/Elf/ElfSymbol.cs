namespace KernelMagnifier.Symbols.Elf;

/// <summary>One entry of a symbol table.</summary>
internal readonly record struct ElfSymbol(uint NameOffset, byte Type, byte Binding, ushort Section, bool InCode, ulong Address, ulong Size)
{
    public const byte NoType = 0;
    public const byte Function = 2;
}
