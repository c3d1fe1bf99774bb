using System.Management.Automation;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>Base class of the cmdlets that take a symbol map and do not export to a file.</summary>
public abstract class SymbolMapCommand : CancellableCommand
{
    /// <summary>The path of a symbol map or of a kernel image, or the output of Get-KmSymbolMap.</summary>
    [Parameter, ValidateNotNull]
    public object? SymbolMap { get; set; }

    /// <summary>The symbol map that <see cref="SymbolMap"/> names; null without one.</summary>
    protected SymbolMap? Map { get; private set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => Map = this.ResolveSymbolMap(SymbolMap, Cancel);
}
