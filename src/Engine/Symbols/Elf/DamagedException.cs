namespace KernelMagnifier.Symbols.Elf;

/// <summary>Something in a debug file is not as its format demands. Never leaves <c>Symbols</c>.</summary>
internal sealed class DamagedException(string message) : Exception(message);
