using KernelMagnifier.Model;

namespace KernelMagnifier.Symbols;

/// <summary>One row of a <see cref="SymbolMap"/>: a function and a place it is defined.</summary>
public sealed class SymbolSource
{
    /// <summary>Makes a row.</summary>
    /// <param name="function">The function.</param>
    /// <param name="source">Where it is defined.</param>
    /// <param name="module">Its module; <c>kernel</c> for the kernel's core; null when not known.</param>
    public SymbolSource(string function, SourceLocation source, string? module = null)
    {
        (Function, Location) = (function, source);
        (Module, TellsModule) = (module == SymbolMap.Core ? null : module, module is not null);
    }

    /// <summary>The function's name, as the kernel or its debug information spells it.</summary>
    public string Function { get; }

    /// <summary>Path relative to the root of the kernel source, such as <c>net/ipv4/tcp.c</c>.</summary>
    public string SourceFile => Location.File;

    /// <summary>Line number from 1; null when only the file is known.</summary>
    public int? SourceLine => Location.Line > 0 ? Location.Line : null;

    /// <summary>The module, such as <c>ext4</c>; null for the kernel's core, and where the map does not tell.</summary>
    public string? Module { get; }

    /// <summary>Where the function starts in the kernel as linked, or relative to its module; null when not known.</summary>
    public ulong? Address { get; init; }

    /// <summary>Its size in bytes; 0 when not known.</summary>
    public uint Size { get; init; }

    /// <summary>Whether the compiler put it into its callers everywhere, so that it has no code of its own and can never be traced.</summary>
    public bool IsInlined { get; init; }

    internal SourceLocation Location { get; }

    /// <summary>The map the row was read with.</summary>
    internal SymbolMap? Map { get; set; }

    /// <summary>Whether a null <see cref="Module"/> means the core: the Python tool's maps have no modules.</summary>
    internal bool TellsModule { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Function} {Location}";
}
