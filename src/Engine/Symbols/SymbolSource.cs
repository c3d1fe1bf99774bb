using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>One row of a <see cref="SymbolMap"/>: a function and the place of its definition.</summary>
public sealed class SymbolSource
{
    /// <summary>Creates a row.</summary>
    /// <param name="function">The name of the function.</param>
    /// <param name="source">The place of the definition.</param>
    /// <param name="module">The module; <c>kernel</c> for the kernel's core; null when unknown.</param>
    public SymbolSource(string function, SourceLocation source, string? module = null)
    {
        (Function, Location) = (function, source);
        (Module, IsModuleKnown) = (module == SymbolMap.Core ? null : module, module is not null);
    }

    /// <summary>The name of the function, as in the kernel or its debug information.</summary>
    public string Function { get; }

    /// <summary>The path relative to the root of the kernel source, such as <c>net/ipv4/tcp.c</c>.</summary>
    public string SourceFile => Location.File;

    /// <summary>The line number from 1; null when only the file is known.</summary>
    public int? SourceLine => Location.Line > 0 ? Location.Line : null;

    /// <summary>The module, such as <c>ext4</c>; null for the kernel's core, and when the map does not have the module.</summary>
    public string? Module { get; }

    /// <summary>The start address in the kernel as linked, or relative to the base of the module; null when unknown.</summary>
    public ulong? Address { get; init; }

    /// <summary>The size in bytes; 0 when unknown.</summary>
    public uint Size { get; init; }

    /// <summary>
    /// Whether the compiler inlined the function everywhere, so that it has no code of its own and cannot be traced.
    /// </summary>
    public bool IsInlined { get; init; }

    internal SourceLocation Location { get; }

    /// <summary>The map that the row belongs to.</summary>
    internal SymbolMap? Map { get; set; }

    /// <summary>Whether a null <see cref="Module"/> means the core. Maps of the Python tool have no modules.</summary>
    internal bool IsModuleKnown { get; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Function} {Location}");
}
