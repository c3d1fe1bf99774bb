using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>
/// Completes the names of functions, modules, tasks and kernel events, source paths, CPUs and pids from the recordings on the
/// command line: those of the same command and of the commands before it in the pipeline. A word can be any part of a name. Reads
/// each recording for at most 0.3 s, and returns nothing instead of an error. Names with characters that a terminal does not show
/// are not offered.
/// </summary>
public sealed partial class TraceNameCompleter : IArgumentCompleter
{
    private const int MaxResults = 2000;
    private const int MaxFiles = 4;
    private const int MaxCachedFiles = 16;
    private static readonly TimeSpan ReadLimit = TimeSpan.FromMilliseconds(300);
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, long Length), Recording> Cache = new();
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, long Length), IReadOnlyList<(string? System, string Name)>>
        EventCache = new();

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            if (FollowsBacktick(wordToComplete, parameterName, commandAst)) return [];
            var word = wordToComplete.Trim('\'', '"');
            var text = Glob.IsPattern(word) ? word : Escape(word);
            var (start, part) = (new Glob(text + "*"), new Glob($"*{text}*"));
            var input = new CommandLineInput(commandAst, fakeBoundParameters);
            var candidates = parameterName is "SourcePath" or "ExcludeSourcePath" ? SourcePaths(input)
                : parameterName is "Event" ? Events(input)
                : Recordings(input).SelectMany(recording => Candidates(parameterName, recording));
            var found = candidates.Distinct(StringComparer.Ordinal).Where(name => IsOffered(name) && part.IsMatch(name));
            // Names that begin with the word come first.
            return [.. found.OrderBy(name => !start.IsMatch(name)).ThenBy(name => name, StringComparer.Ordinal)
                .Take(MaxResults).Select(name => Result(name, parameterName == "Event"))];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>
    /// Whether the completion would follow a backtick, which escapes its opening quote: the rest of the name would be code. A
    /// backtick at the end of the input is no part of the word that PowerShell passes. Nor is one before a space or a line break,
    /// so the cursor could be behind it.
    /// </summary>
    private static bool FollowsBacktick(string word, string parameter, CommandAst command)
    {
        if (word.Length > 0) return word.Contains('`', StringComparison.Ordinal);
        var script = command.Extent.StartScriptPosition.GetFullScript();
        return DanglingBacktick().IsMatch(script) || ContinuedArgument().Matches(script)
            .Any(match => parameter.StartsWith(match.Groups["name"].Value, StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"`([ \t]|\z)")]
    private static partial Regex DanglingBacktick();

    // Elsewhere, a backtick at the end of a line continues the command on the next one.
    [GeneratedRegex(@"(-(?<name>\w+)[ \t]*:?|,)[ \t]*`\r?\n")]
    private static partial Regex ContinuedArgument();

    /// <summary>Whether the name is shown as it is. Typed names could not be told from others that look the same.</summary>
    private static bool IsOffered(string name) => name.Length > 0 && TerminalText.Escape(name) == name;

    private static IEnumerable<string> Candidates(string parameter, Recording recording) => parameter switch
    {
        "Comm" or "ExcludeComm" => recording.Names.Tasks.Select(task => task.Comm ?? ""),
        "Module" or "ExcludeModule" => recording.Names.Functions.Select(function => function.Module ?? "kernel"),
        "ProcessId" or "ExcludeProcessId" => recording.Names.Tasks.Where(task => task.ProcessId >= 0)
            .Select(task => string.Create(CultureInfo.InvariantCulture, $"{task.ProcessId}")),
        "Cpu" or "ExcludeCpu" => (recording.Info?.PerCpu ?? []).Where(cpu => cpu.Cpu >= 0)
            .Select(cpu => string.Create(CultureInfo.InvariantCulture, $"{cpu.Cpu}")),
        _ => recording.Names.Functions.Select(function => function.Name),
    };

    /// <summary>The source files of the functions, and their folders.</summary>
    private static IEnumerable<string> SourcePaths(CommandLineInput input)
    {
        var map = input.Maps.Select(given => given switch
        {
            SymbolMap read => read,
            IList rows when Rows(rows) is { Count: > 0 } sources => SymbolMap.Of(sources),
            _ => CommandLineInput.Resolve(given).Select(path => SymbolMap.Open(path)).FirstOrDefault(),
        }).FirstOrDefault(found => found is not null);
        var files = Recordings(input).SelectMany(recording => recording.Names.Functions).SelectMany(function =>
            map is null ? function.Sources : map.Resolve(function.Name, function.Module, null)).Select(source => source.File);
        foreach (var file in files.Distinct(StringComparer.Ordinal))
        {
            yield return file;
            // From the top of the source tree.
            if (file.IndexOf('/', StringComparison.Ordinal) is > 0 and var top) yield return $"/{file[..(top + 1)]}";
            for (var slash = file.LastIndexOf('/'); slash > 0; slash = file.LastIndexOf('/', slash - 1))
                yield return file[..(slash + 1)];
        }
    }

    /// <summary>The kernel events, and a pattern for each system.</summary>
    private static IEnumerable<string> Events(CommandLineInput input)
    {
        var kinds = input.Files.Take(MaxFiles).SelectMany(path => Read(path, EventCache, ReadEvents) ?? []).Distinct().ToList();
        var systems = kinds.Select(kind => kind.System).OfType<string>().Distinct().Select(system => $"{system}:*");
        return systems.Concat(kinds.Select(kind => kind.System is null ? kind.Name : $"{kind.System}:{kind.Name}"));
    }

    private static (IReadOnlyList<(string? System, string Name)>, bool IsComplete) ReadEvents(TraceReader reader, CancellationToken limit)
    {
        var sink = new FilteredEvents(new NoEvents(), EventFilter.Of([]));
        try
        {
            reader.Read(sink, null, limit);
            return (sink.Seen, true);
        }
        catch (OperationCanceledException)
        {
            return (sink.Seen, false);
        }
    }

    private static List<SymbolSource> Rows(IList list)
        => [.. list.Cast<object?>().Select(row => row is PSObject wrapped ? wrapped.BaseObject : row).OfType<SymbolSource>()];

    private static IEnumerable<Recording> Recordings(CommandLineInput input)
        => input.Files.Take(MaxFiles).Select(path => Read(path, Cache, ReadNames)).OfType<Recording>()
            .Concat(input.Contexts.Select(context => new Recording(context.Names, context.Source.Info)));

    /// <summary>A name as an argument: its wildcard characters are escaped, and it is quoted if PowerShell needs that.</summary>
    private static CompletionResult Result(string name, bool isEvent)
    {
        // The pattern of all events of a system stays one.
        var pattern = isEvent && name.EndsWith(":*", StringComparison.Ordinal) ? "*" : "";
        var text = name[..^pattern.Length];
        text = (Glob.IsPattern(text) ? Escape(text) : text) + pattern;
        // A number is given as it is, and a name that only begins with a digit is quoted.
        if (!text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' || (isEvent && (c is ':' or '*')))
            || (char.IsAsciiDigit(text[0]) && !text.All(char.IsAsciiDigit)))
            text = $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
        return new CompletionResult(text, name, CompletionResultType.ParameterValue, name);
    }

    private static string Escape(string name)
        => string.Concat(name.Select(c => c is '*' or '?' or '[' or ']' or '`' or '\\' ? $"`{c}" : $"{c}"));

    /// <summary>
    /// What a recording has, or the part of it that can be read within the time limit; null for any other file.
    /// </summary>
    private static T? Read<T>(
        string path, ConcurrentDictionary<(string Path, DateTime Written, long Length), T> cache,
        Func<TraceReader, CancellationToken, (T, bool IsComplete)> read) where T : class
    {
        var file = new FileInfo(path);
        // A pipe or a device has no length. Opening it could block, or take data from another reader.
        if (!file.Exists || file.Length == 0) return null;
        var key = (path, file.LastWriteTimeUtc, file.Length);
        if (cache.TryGetValue(key, out var cached)) return cached;
        using var limit = new CancellationTokenSource(ReadLimit);
        try
        {
            using var reader = TraceFile.Open(path);
            var (found, isComplete) = read(reader, limit.Token);
            if (!isComplete) return found;
            if (cache.Count >= MaxCachedFiles) cache.Clear();
            return cache[key] = found;
        }
        catch (KernelMagnifierException)
        {
            return null;
        }
    }

    private static (Recording, bool IsComplete) ReadNames(TraceReader reader, CancellationToken limit)
    {
        try
        {
            reader.Read(new NameSink(), null, limit);
            return (new Recording(reader.Names, reader.Info), true);
        }
        catch (OperationCanceledException)
        {
            return (new Recording(reader.Names, null), false);
        }
    }

    /// <summary>What is known of a recording.</summary>
    /// <param name="Names">Its names.</param>
    /// <param name="Info">Its description; null if it was not read to its end.</param>
    private sealed record Recording(CallNames Names, TraceInfo? Info);

    /// <summary>Wants no events: the filter in front of it collects their kinds.</summary>
    private sealed class NoEvents : EventSink
    {
        public override CallFields Fields => CallFields.Edge;

        public override bool Wants(EventSchema schema) => false;

        public override void Accept(in EventRecord record) { }
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
