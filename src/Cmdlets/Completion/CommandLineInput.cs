using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>
/// The input of a command that is being typed: the recordings on the command line, and calls in a variable that is piped.
/// </summary>
internal sealed class CommandLineInput
{
    private readonly List<object?> _paths = [], _maps = [];

    /// <summary>Finds the input of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="bound">The parameters of the command as far as they are known.</param>
    public CommandLineInput(CommandAst command, IDictionary bound)
    {
        _paths.AddRange([bound["Path"], bound["LiteralPath"]]);
        _maps.Add(bound["SymbolMap"]);
        if (command.Parent is not PipelineAst pipeline) return;
        foreach (var earlier in pipeline.PipelineElements.TakeWhile(element => element != command)) Add(earlier);
    }

    /// <summary>The files that the paths name, in the order of the command line. Not all need be recordings.</summary>
    public IEnumerable<string> Files => _paths.SelectMany(Resolve);

    /// <summary>The symbol maps: paths, or maps in variables.</summary>
    public IEnumerable<object> Maps => _maps.OfType<object>();

    /// <summary>The recordings of calls or edges that a variable holds.</summary>
    public List<TraceContext> Contexts { get; } = [];

    /// <summary>The files that a path with wildcards, a file object or a list of them names.</summary>
    public static IEnumerable<string> Resolve(object? value)
    {
        IEnumerable<object?> given = value switch
        {
            null => [],
            string one => [one],
            IEnumerable several => several.Cast<object?>(),
            _ => [value],
        };
        foreach (var path in given)
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            shell.AddCommand("Microsoft.PowerShell.Management\\Resolve-Path").AddParameter("Path", $"{path}")
                .AddParameter("ErrorAction", ActionPreference.Ignore);
            foreach (var found in shell.Invoke())
                if (found?.BaseObject is PathInfo { Provider.Name: "FileSystem" } file)
                    yield return file.ProviderPath;
        }
    }

    private void Add(CommandBaseAst element)
    {
        if (element is CommandExpressionAst expression)
        {
            AddValue(Value(expression.Expression));
            return;
        }
        if (element is not CommandAst command) return;
        if (command.GetCommandName()?.ToUpperInvariant() is not ("IMPORT-KMTRACE" or "WATCH-KMTRACE"))
        {
            // Get-ChildItem, cat, zstd -dc: whatever it does, its files are the input.
            foreach (var argument in command.CommandElements.Skip(1).OfType<ExpressionAst>())
                _paths.Add(Value(argument) as string);
            return;
        }
        foreach (var (parameter, argument) in StaticParameterBinder.BindCommand(command).BoundParameters)
        {
            var value = argument.ConstantValue ?? Value(argument.Value);
            if (parameter is "Path" or "LiteralPath") _paths.Add(value);
            else if (parameter is "SymbolMap") _maps.Add(value);
        }
    }

    private void AddValue(object? value)
    {
        var first = value is IList { Count: > 0 } list ? list[0] : value;
        var call = first is PSObject wrapped ? wrapped.BaseObject : first;
        if (call is CallEvent { Origin: { } origin }) Contexts.Add(origin);
        else if (call is CallEdge { Origin: { } edges }) Contexts.Add(edges);
        else if (call is string or FileInfo) _paths.Add(value);
    }

    private static object? Value(Ast value) => value switch
    {
        StringConstantExpressionAst text => text.Value,
        ExpandableStringExpressionAst text => text.Value,
        ArrayLiteralAst list => list.Elements.OfType<StringConstantExpressionAst>().Select(element => element.Value).ToArray(),
        VariableExpressionAst variable => Variable(variable.VariablePath.UserPath),
        _ => null,
    };

    private static object? Variable(string name)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        // The variable itself: its values could be millions of calls.
        shell.AddCommand("Microsoft.PowerShell.Utility\\Get-Variable").AddParameter("Name", name)
            .AddParameter("ErrorAction", ActionPreference.Ignore);
        var value = shell.Invoke() is [{ BaseObject: PSVariable variable }] ? variable.Value : null;
        return value is PSObject wrapped ? wrapped.BaseObject : value;
    }
}
