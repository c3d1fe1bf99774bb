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
/// Completes the names of functions, modules and tasks from the recordings on the command line: those of the same command, and
/// those of each Import-KmTrace before it in the pipeline. Reads each recording for at most 0.3 s, and returns nothing instead of
/// an error.
/// </summary>
public sealed class TraceNameCompleter : IArgumentCompleter
{
    private const int MaxResults = 2000;
    private const int MaxFiles = 4;
    private const int MaxCachedFiles = 16;
    private static readonly TimeSpan ReadLimit = TimeSpan.FromMilliseconds(300);
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, long Length), CallNames> Cache = new();

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var word = wordToComplete.Trim('\'', '"');
            var pattern = new Glob(Glob.IsPattern(word) ? word + "*" : Escape(word) + "*");
            var names = Files(commandAst, fakeBoundParameters).Take(MaxFiles).Select(Read).OfType<CallNames>()
                .SelectMany(names => Candidates(parameterName, names)).Distinct(StringComparer.Ordinal)
                .Where(name => name.Length > 0 && pattern.IsMatch(name)).Order(StringComparer.Ordinal);
            return [.. names.Take(MaxResults).Select(Result)];
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

    /// <summary>A name as an argument: its wildcard characters are escaped, and it is quoted if PowerShell needs that.</summary>
    private static CompletionResult Result(string name)
    {
        var text = Glob.IsPattern(name) ? Escape(name) : name;
        if (!text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/') || char.IsAsciiDigit(text[0]))
            text = $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
        var shown = TerminalText.Escape(name);
        return new CompletionResult(text, shown, CompletionResultType.ParameterValue, shown);
    }

    private static string Escape(string name)
        => string.Concat(name.Select(c => c is '*' or '?' or '[' or ']' or '`' or '\\' ? $"`{c}" : $"{c}"));

    private static IEnumerable<string> Files(CommandAst command, IDictionary bound)
    {
        foreach (var path in Paths(bound["Path"]).Concat(Paths(bound["LiteralPath"]))) yield return path;
        if (command.Parent is not PipelineAst pipeline) yield break;
        foreach (var earlier in pipeline.PipelineElements.TakeWhile(element => element != command).OfType<CommandAst>())
        {
            if (!string.Equals(earlier.GetCommandName(), "Import-KmTrace", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var (parameter, value) in StaticParameterBinder.BindCommand(earlier).BoundParameters)
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

    /// <summary>The names in a recording, or in the part of it that can be read within the time limit.</summary>
    private static CallNames? Read(string path)
    {
        var file = new FileInfo(path);
        // A pipe or a device has no length. Opening it could block, or take data from another reader.
        if (!file.Exists || file.Length == 0) return null;
        var key = (path, file.LastWriteTimeUtc, file.Length);
        if (Cache.TryGetValue(key, out var cached)) return cached;
        using var limit = new CancellationTokenSource(ReadLimit);
        using var reader = TraceFile.Open(path);
        try
        {
            reader.Read(new NameSink(), null, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return reader.Names;
        }
        if (Cache.Count >= MaxCachedFiles) Cache.Clear();
        return Cache[key] = reader.Names;
    }

    /// <summary>Ignores the calls: the reader itself collects the names.</summary>
    private sealed class NameSink : CallSink
    {
        public override CallFields Fields => CallFields.Task;

        public override void Accept(ReadOnlySpan<CallRecord> calls) { }

        public override CallSink Fork() => this;

        public override void Join(TraceSink fork) { }
    }
}
