namespace KernelMagnifier.Symbols.Elf;

/// <summary>The content of a debug file violates its format. It never leaves the namespace <c>Symbols</c>.</summary>
internal class DamagedException(string message) : Exception(message);
