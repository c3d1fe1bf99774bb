using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Resolves the value of a <c>-SymbolMap</c> parameter.</summary>
internal static class SymbolMapResolver
{
    /// <summary>
    /// The symbol map that a value names: the path of a file, a file object, a map, or rows of one. Any other value, and a file
    /// that cannot be read, end the cmdlet with an error.
    /// </summary>
    /// <param name="cmdlet">The cmdlet that has the parameter.</param>
    /// <param name="given">The value of the parameter; null for none.</param>
    /// <param name="cancel">Cancels the reading of a file.</param>
    /// <returns>The map; null if no value is given.</returns>
    public static SymbolMap? ResolveSymbolMap(this PSCmdlet cmdlet, object? given, CancellationToken cancel)
    {
        var value = given is PSObject wrapped ? wrapped.BaseObject : given;
        switch (value)
        {
            case null:
                return null;
            case SymbolMap map:
                return map;
            case SymbolSource row:
                return SymbolMap.Of([row]);
            case FileInfo file:
                return Load(cmdlet, file.FullName, cancel);
            case "":
                cmdlet.ThrowTerminatingError(ErrorFactory.EmptyPath("SymbolMap", "symbol map"));
                return null;
            case string path:
                return Load(cmdlet, cmdlet.ResolveInFileSystem(path, ErrorCode.SymbolMapNotFound), cancel);
            case IList { Count: > 0 } list:
                return SymbolMap.Of(Rows(cmdlet, list));
        }
        cmdlet.ThrowTerminatingError(ErrorFactory.NotASymbolMap(given!));
        return null;
    }

    private static List<SymbolSource> Rows(PSCmdlet cmdlet, IList list)
    {
        var rows = new List<SymbolSource>(list.Count);
        foreach (var item in list)
        {
            if ((item is PSObject wrapped ? wrapped.BaseObject : item) is SymbolSource source) rows.Add(source);
            else cmdlet.ThrowTerminatingError(ErrorFactory.NotASymbolMap(item ?? list));
        }
        return rows;
    }

    private static SymbolMap Load(PSCmdlet cmdlet, string path, CancellationToken cancel)
    {
        try
        {
            var map = SymbolMap.Open(path, cancel: cancel);
            foreach (var warning in map.Warnings) cmdlet.WriteWarning(TerminalText.Escape(warning));
            return map;
        }
        catch (KernelMagnifierException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, path));
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
