using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The recordings of a command line and the options to read them with.</summary>
internal sealed class Recordings
{
    private static readonly CliOption Instance = new("instance",
        "The buffer instance of a trace.dat to read, empty for the top-level buffer. The default is all of them, merged by time")
    { Value = "NAME" };

    private static readonly CliOption Threads = new("threads",
        "The number of threads; 0 for one per core")
    { Value = "N", Default = "0" };

    /// <summary>The options of all commands that read recordings.</summary>
    public static readonly IReadOnlyList<CliOption> Options = [FilterOptions.SymbolMap, Instance, Threads, .. FilterOptions.All];

    /// <summary>The options of the commands that read kernel events, whose filters are others.</summary>
    public static readonly IReadOnlyList<CliOption> ReadingOptions = [Instance, Threads];

    /// <summary>The recordings in the usage line.</summary>
    public const string Operands = "FILE...";

    private readonly CliHost _host;
    private readonly string? _instance;
    private readonly int _threads;
    private ISourceResolver? _resolver;
    private readonly NothingFound _found = new();
    private readonly EventsFound _events = new();
    private readonly HashSet<string> _read = [];
    private bool _grows;

    private Recordings(
        CliHost host, IReadOnlyList<string> files, CallFilter filter, SymbolMap? map, string? instance, int threads)
        => (_host, Files, Filter, _resolver, _instance, _threads) = (host, files, filter, map, instance, threads);

    /// <summary>The paths; <c>-</c> is standard input.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The files that are read, which an output must not replace.</summary>
    public IReadOnlyList<InputIdentity> Inputs { get; private init; } = [];

    /// <summary>The filter.</summary>
    public CallFilter Filter { get; }

    /// <summary>Returns the recordings of a command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="host">The environment of the command.</param>
    /// <param name="output">The file that the command writes; null for standard output. It must not be one of those read.</param>
    public static Recordings Of(Arguments arguments, CliHost host, string? output)
    {
        return Of(arguments, host, output, FilterOptions.Read(arguments));
    }

    /// <summary>Returns the recordings of a command line that has no filters of calls.</summary>
    /// <inheritdoc cref="Of(Arguments, CliHost, string?)"/>
    public static Recordings Unfiltered(Arguments arguments, CliHost host, string? output)
        => Of(arguments, host, output, new CallFilter());

    /// <summary>Returns the recordings of a command line with a filter that other options name.</summary>
    /// <inheritdoc cref="Of(Arguments, CliHost, string?)"/>
    public static Recordings Filtered(Arguments arguments, CliHost host, string? output, CallFilter filter)
        => Of(arguments, host, output, filter);

    private static Recordings Of(Arguments arguments, CliHost host, string? output, CallFilter filter)
    {
        List<string> operands = [.. arguments.Operands, .. arguments.AfterDashes ?? []];
        if (operands.Count == 0 || operands.Contains("")) throw CliException.Usage("name a recording, or - for standard input.");
        var files = operands.SelectMany(Expand).ToList();
        var mapFile = arguments.Text(FilterOptions.SymbolMap);
        var inputs = InputIdentity.Of(mapFile is null ? files : files.Append(mapFile));
        if (output is null or "-") OutputFile.RefuseStandardOutput(inputs);
        else OutputFile.Check(output, force: true, inputs);
        var map = mapFile is null ? null : LoadMap(mapFile, host);
        if (files.Count(f => f == "-") > 1) throw CliException.Usage("standard input (-) can be named only once.");
        var threads = (int)(arguments.Integer(Threads, most: 1024) ?? 0);
        return new Recordings(host, files, filter, map, arguments.Text(Instance), threads) { Inputs = inputs };
    }

    /// <summary>Returns one recording, to be read with default options.</summary>
    /// <param name="file">The path.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="map">The symbol map; null for none.</param>
    /// <param name="host">The environment of the command.</param>
    /// <param name="resolver">Finds source locations instead of the map; null for the map.</param>
    public static Recordings Of(string file, CallFilter filter, SymbolMap? map, CliHost host, ISourceResolver? resolver = null)
        => new(host, [file], filter, map, null, 0) { _resolver = resolver ?? map };

    /// <summary>Reads a symbol map or the debug information of a vmlinux, and reports its warnings.</summary>
    public static SymbolMap LoadMap(string path, CliHost host)
    {
        var map = SymbolMap.Open(path, cancel: host.Cancel);
        foreach (var warning in map.Warnings) host.Warn(warning);
        return map;
    }

    /// <summary>Opens a recording.</summary>
    public TraceReader Open(string file, ProgressBar progress)
    {
        var options = new TraceReadOptions
        {
            SourceResolver = _resolver, Instance = _instance, Threads = _threads, Progress = progress.ForReading(file),
            Cancel = _host.Cancel, Grows = _grows,
        };
        return file == "-" ? TraceFile.Open(_host.OpenInput(), "-", options) : TraceFile.Open(file, options);
    }

    /// <summary>Reads a recording into a sink, and reports losses and warnings.</summary>
    public TraceInfo Read(string file, TraceSink sink, CancellationToken? cancel = null)
        => Read(file, reader => reader.Read(sink, Filter, cancel ?? _host.Cancel));

    /// <summary>Reads the kernel events of a recording, and reports losses and warnings.</summary>
    public void ReadEvents(string file, EventSink sink, EventFilter events, CancellationToken cancel)
        => Read(file, reader =>
        {
            var found = reader.ReadEvents(sink, events, cancel);
            _events.Add(reader.Names, reader.Info, found, events);
            return reader.Info;
        });

    /// <summary>Watches a recording, and reports losses and warnings.</summary>
    /// <param name="file">The recording.</param>
    /// <param name="grows">Whether it can grow while it is read.</param>
    /// <param name="read">Reads it, and returns what of its events was found, by which filter; null if calls were read.</param>
    public void Watch(string file, bool grows, Func<TraceReader, (FilteredEvents Found, EventFilter Filter)?> read)
    {
        _grows = grows;
        Read(file, reader =>
        {
            if (read(reader) is var (found, filter)) _events.Add(reader.Names, reader.Info, found, filter);
            return reader.Info;
        });
    }

    /// <summary>Whether kernel events were read and none of them passed.</summary>
    public bool HasNoEvents => _events.IsNothing;

    /// <summary>Reports the patterns of events that match nothing, and why nothing passed.</summary>
    public void ReportEvents()
    {
        foreach (var sentence in _events.Sentences(FilterOptions.NameOf, "kernel-magnifier info lists the events of a recording."))
            _host.Warn(sentence);
    }

    /// <summary>Finds what can be trusted in a recording.</summary>
    public TraceCheck Check(string file)
    {
        using var progress = new ProgressBar(_host);
        using var reader = Open(file, progress);
        return TraceChecker.Check(reader, _host.Cancel);
    }

    /// <summary>Reads what a comparison needs of a recording.</summary>
    public TraceSample Sample(string file, TraceSampler sampler) => Read(file, reader => sampler.Read(reader, _host.Cancel));

    /// <summary>Reads the kernel events and the calls of a recording into a profile that holds both.</summary>
    public void Read(string file, EventSink events, ProfileWriter profile) => Read(file, reader =>
    {
        reader.ReadEvents(events, EventFilter.Of(["*"], Filter, withCalls: true), _host.Cancel);
        return reader.Info;
    });

    /// <summary>
    /// Returns the graph of the calls that pass the filter, merged over all recordings. Each recording is read once.
    /// </summary>
    /// <param name="grouping">What to count by. With contexts and tasks, the graph has the number of calls in each of
    /// them.</param>
    /// <param name="byStack">Whether the graph knows its calls by stack.</param>
    /// <param name="below">Whether only calls below some functions will be shown.</param>
    public CallGraph ReadGraph(CallGrouping grouping = CallGrouping.Edge, bool byStack = false, bool below = false)
    {
        // The edges have their stacks only if they are counted by nothing else.
        CallGrouping[] groupings = byStack && grouping != CallGrouping.Edge ? [grouping, CallGrouping.Edge] : [grouping];
        return CallGraph.Merge([.. Files.Select(file => Read(file,
            reader => reader.ReadGraph(new CallTally(byStack, groupings), Filter, _host.Cancel), below))]);
    }

    /// <summary>Has a recording read, and reports losses and warnings.</summary>
    public void ReadWith(string file, Func<TraceReader, TraceInfo> read) => Read(file, read);

    /// <summary>Has a recording read, any number of times, and reports losses and warnings.</summary>
    public T Reread<T>(string file, Func<TraceReader, T> read) => Read(file, reader =>
    {
        reader.KeepForRereading(_host.Cancel);
        return read(reader);
    });

    /// <summary>Has a recording read that was read before. Its losses and warnings were reported then.</summary>
    public void ReadAgain(string file, Action<TraceReader, CancellationToken> read)
    {
        using var progress = new ProgressBar(_host);
        using var reader = Open(file, progress);
        read(reader, _host.Cancel);
    }

    private T Read<T>(string file, Func<TraceReader, T> read, bool below = false)
    {
        using var progress = new ProgressBar(_host);
        using var reader = Open(file, progress);
        try
        {
            var result = read(reader);
            progress.Dispose();
            ReportLosses(reader, below);
            Add(file, reader);
            return result;
        }
        catch (Exception error) when (error is OutputClosedException
            || (error is OperationCanceledException && !_host.Cancel.IsCancellationRequested))
        {
            // Enough is written: | head, or --top. What is known of the losses is said nevertheless.
            progress.Dispose();
            ReportLosses(reader, below);
            throw;
        }
    }

    private void Add(string file, TraceReader reader)
    {
        var isFirst = _read.Add(file);
        _found.Add(reader.Names, reader.Info, 0, isFirst ? [Filter] : null);
        if (!isFirst || _read.Count < Files.Distinct().Count()) return;
        foreach (var sentence in _found.Unmatched(FilterOptions.NameOf)) _host.Warn(sentence);
    }

    /// <summary>Reports warnings and losses of a completed reading.</summary>
    private void ReportLosses(TraceReader reader, bool below)
    {
        if (reader.Source.Info is not { } info) return;
        if (ReadingSummary.Of(info, below || Filter.Root.Count > 0).Line is { } line) _host.Warn(line);
    }

    /// <summary>Explains why no call passed, after all recordings were read.</summary>
    /// <param name="filter">The filter if it is not <see cref="Filter"/>.</param>
    public string WhyNothing(CallFilter? filter = null)
    {
        var text = _found.Explain([filter ?? Filter], FilterOptions.NameOf, "kernel-magnifier info describes them.");
        // Messages of this tool begin in lower case, but a file name can begin the text.
        return text.StartsWith("No ", StringComparison.Ordinal) || text.StartsWith("The ", StringComparison.Ordinal)
            ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>Returns the error of a command that has nothing to write.</summary>
    /// <param name="verb">What the command does.</param>
    /// <param name="filter">The filter if it is not <see cref="Filter"/>.</param>
    public CliException Nothing(string verb, CallFilter? filter = null)
        => new(ExitCode.BadInput, $"there is nothing to {verb}: {WhyNothing(filter)}");

    /// <summary>Expands a wildcard that the shell passed on. A file with exactly that name takes precedence.</summary>
    public static IEnumerable<string> Expand(string operand)
    {
        if (operand == "-" || !Glob.IsPattern(operand) || File.Exists(operand)) return [operand];
        var directory = Path.GetDirectoryName(operand) ?? "";
        var path = directory.Length == 0 ? "." : directory;
        if (!Directory.Exists(path))
            throw new CliException(ExitCode.BadInput, $"{operand}: there is no directory {directory}. Name an existing one.");
        var glob = new Glob(Path.GetFileName(operand));
        var names = Directory.EnumerateFiles(path).Select(Path.GetFileName).OfType<string>().Where(name => glob.IsMatch(name));
        string[] files = [.. names.Order(StringComparer.Ordinal).Select(name => Path.Combine(directory, name))];
        return files.Length > 0 ? files : throw new CliException(ExitCode.BadInput,
            $"{operand}: no file matches. {NearbyFiles.Before(operand, "Name an existing recording.")}");
    }
}
