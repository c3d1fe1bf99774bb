using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>
/// Completes functions, modules and task names from the recording that the command line names, be it on the same command or
/// on an Import-KmTrace before it. It takes a third of a second at most and never throws: no completion is better than a broken prompt.
/// </summary>
public sealed class RecordingNameCompleter : IArgumentCompleter
{
    private const int Most = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, long Length), CallNames> Known = new();

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var word = wordToComplete.Trim('\'', '"');
            var pattern = new Glob(Glob.IsPattern(word) ? word + "*" : Escape(word) + "*");
            return [.. Files(commandAst, fakeBoundParameters).Take(4).Select(Read).OfType<CallNames>()
                .SelectMany(names => Candidates(parameterName, names)).Distinct(StringComparer.Ordinal)
                .Where(name => name.Length > 0 && pattern.IsMatch(name)).Order(StringComparer.Ordinal).Take(Most).Select(Result)];
        }
        catch (Exception)
        {
            return [];
        }
    }

    private static IEnumerable<string> Candidates(string parameter, CallNames names) => parameter switch
    {
        "Comm" or "ExcludeComm" => names.Tasks.Select(task => task.Comm),
        "Module" or "ExcludeModule" => names.Functions.Select(function => function.Module ?? "kernel"),
        _ => names.Functions.Select(function => function.Name),
    };

    /// <summary>A name as an argument: quoted where the shell needs it, its wildcards taken as they are.</summary>
    private static CompletionResult Result(string name)
    {
        var text = Glob.IsPattern(name) ? Escape(name) : name;
        if (!text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/') || char.IsAsciiDigit(text[0])) text = $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
        var shown = TerminalText.Escape(name);
        return new CompletionResult(text, shown, CompletionResultType.ParameterValue, shown);
    }

    private static string Escape(string name) => string.Concat(name.Select(c => c is '*' or '?' or '[' or ']' or '`' or '\\' ? $"`{c}" : $"{c}"));

    private static IEnumerable<string> Files(CommandAst command, IDictionary bound)
    {
        foreach (var path in Paths(bound["Path"]).Concat(Paths(bound["LiteralPath"]))) yield return path;
        if (command.Parent is not PipelineAst pipeline) yield break;
        foreach (var before in pipeline.PipelineElements.TakeWhile(element => element != command).OfType<CommandAst>())
        {
            if (!string.Equals(before.GetCommandName(), "Import-KmTrace", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var (parameter, value) in StaticParameterBinder.BindCommand(before).BoundParameters)
                if (parameter is "Path" or "LiteralPath")
                    foreach (var path in Paths(value.ConstantValue ?? Words(value.Value)))
                        yield return path;
        }
    }

    private static object? Words(Ast value) => value switch
    {
        ExpandableStringExpressionAst text => text.Value,
        ArrayLiteralAst list => list.Elements.OfType<StringConstantExpressionAst>().Select(element => element.Value).ToArray(),
        _ => null,
    };

    private static IEnumerable<string> Paths(object? value)
    {
        IEnumerable<object?> given = value switch { null => [], string one => [one], IEnumerable several => several.Cast<object?>(), _ => [value] };
        foreach (var path in given)
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            foreach (var found in shell.AddCommand("Microsoft.PowerShell.Management\\Resolve-Path").AddParameter("Path", $"{path}").AddParameter("ErrorAction", ActionPreference.Ignore).Invoke())
                if (found?.BaseObject is PathInfo { Provider.Name: "FileSystem" } file)
                    yield return file.ProviderPath;
        }
    }

    /// <summary>The names in a recording, as far as they are met in time.</summary>
    private static CallNames? Read(string path)
    {
        var file = new FileInfo(path);
        // A pipe or a device has no length; opening it could wait for ever, or take from somebody else.
        if (!file.Exists || file.Length == 0) return null;
        var key = (path, file.LastWriteTimeUtc, file.Length);
        if (Known.TryGetValue(key, out var known)) return known;
        using var patience = new CancellationTokenSource(Patience);
        using var reader = TraceFile.Open(path);
        try
        {
            reader.Read(new Names(), null, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return reader.Names;
        }
        if (Known.Count >= 16) Known.Clear();
        return Known[key] = reader.Names;
    }

    /// <summary>Takes nothing: the reader has noted the names.</summary>
    private sealed class Names : CallSink
    {
        public override CallFields Fields => CallFields.Task;

        public override void Accept(ReadOnlySpan<CallRecord> calls) { }

        public override CallSink Fork() => this;

        public override void Join(TraceSink fork) { }
    }
}
