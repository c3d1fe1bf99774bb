using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>The parameter <c>-SymbolMap</c>, and what every cmdlet here does when the user wants it to end.</summary>
public abstract class SymbolMapCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    /// <summary>The path of a map file or of a vmlinux, or what Get-KmSymbolMap returns.</summary>
    [Parameter, ValidateNotNull]
    public object? SymbolMap { get; set; }

    /// <summary>What <see cref="SymbolMap"/> stands for; null when it was not given.</summary>
    protected SymbolMap? Map { get; private set; }

    /// <summary>Set by Ctrl-C and by a pipeline that ends early.</summary>
    protected CancellationToken Cancel => _cancel.Token;

    /// <inheritdoc/>
    protected override void BeginProcessing() => Map = Resolve(SymbolMap);

    /// <inheritdoc/>
    protected override void StopProcessing() => _cancel.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _cancel.Dispose();
    }

    private SymbolMap? Resolve(object? given)
    {
        var value = given is PSObject wrapped ? wrapped.BaseObject : given;
        switch (value)
        {
            case null:
                return null;
            case SymbolMap map:
                return map;
            case SymbolSource row:
                return Symbols.SymbolMap.Of([row]);
            case FileInfo file:
                return Load(file.FullName);
            case string path:
                return Load(this.ResolveInFileSystem(path));
            case IList list:
                var rows = new List<SymbolSource>(list.Count);
                foreach (var item in list)
                    if ((item is PSObject o ? o.BaseObject : item) is SymbolSource source) rows.Add(source);
                    else ThrowTerminatingError(ErrorFactory.NotASymbolMap(item ?? list));
                if (rows.Count > 0) return Symbols.SymbolMap.Of(rows);
                break;
        }
        ThrowTerminatingError(ErrorFactory.NotASymbolMap(given!));
        return null;
    }

    private SymbolMap Load(string path)
    {
        try
        {
            var map = Symbols.SymbolMap.Open(path, cancel: Cancel);
            foreach (var warning in map.Warnings) WriteWarning(TerminalText.Escape(warning));
            return map;
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, null));
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
