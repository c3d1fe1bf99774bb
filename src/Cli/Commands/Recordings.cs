using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The recordings a command line names, and how it wants them read.</summary>
internal sealed class Recordings
{
    private static readonly CliOption Instance = new("instance", "The buffer instance of a trace.dat; without it the top-level one, or the only one that holds calls") { Value = "NAME" };
    private static readonly CliOption Threads = new("threads", "Read with so many threads; 0 is one per core") { Value = "N", Default = "0" };

    /// <summary>The options of every command that reads recordings: filters, symbol map, and how to read.</summary>
    public static readonly IReadOnlyList<CliOption> Options = [FilterOptions.SymbolMap, Instance, Threads, .. FilterOptions.All];

    /// <summary>How the usage line names the recordings.</summary>
    public const string Operands = "FILE...";

    private readonly CliHost _host;
    private readonly SymbolMap? _map;
    private readonly string? _instance;
    private readonly int _threads;
    private ISourceResolver? _resolver;
    private bool _isQuiet;

    private Recordings(CliHost host, IReadOnlyList<string> files, CallFilter filter, SymbolMap? map, string? instance, int threads)
        => (_host, Files, Filter, _map, _resolver, _instance, _threads) = (host, files, filter, map, map, instance, threads);

    /// <summary>The files; <c>-</c> is standard input.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Which calls.</summary>
    public CallFilter Filter { get; }

    /// <summary>The filter without what only the whole graph can tell; that part stands in <see cref="Filter"/>.</summary>
    public CallFilter FilterOfCalls => Filter with { Root = [], Depth = null, MinCount = 0 };

    /// <summary>Takes the recordings from the arguments.</summary>
    public static Recordings Of(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count + (arguments.AfterDashes?.Count ?? 0) == 0) throw CliException.Usage("name a recording, or - for standard input.");
        var filter = FilterOptions.Read(arguments);
        var map = arguments.Text(FilterOptions.SymbolMap) is { } path ? LoadMap(path, host) : null;
        var files = arguments.Operands.Concat(arguments.AfterDashes ?? []).SelectMany(Expand).ToList();
        if (files.Count(f => f == "-") > 1) throw CliException.Usage("standard input (-) can be read once only.");
        return new Recordings(host, files, filter, map, arguments.Text(Instance), (int)(arguments.Integer(Threads, most: 1024) ?? 0));
    }

    /// <summary>One recording, without options.</summary>
    public static Recordings Of(string file, CallFilter filter, SymbolMap? map, CliHost host, ISourceResolver? resolver = null)
        => new(host, [file], filter, map, null, 0) { _resolver = resolver ?? map };

    /// <summary>Reads a symbol map, or makes one of a vmlinux, and says what its reader says about it.</summary>
    public static SymbolMap LoadMap(string path, CliHost host)
    {
        var map = SymbolMap.Open(path, cancel: host.Cancel);
        foreach (var warning in map.Warnings) host.Warn(warning);
        return map;
    }

    /// <summary>Opens a recording.</summary>
    public TraceReader Open(string file, ProgressBar progress)
    {
        var options = new TraceReadOptions { SourceResolver = _resolver, Instance = _instance, Threads = _threads, Progress = progress.ForReading(file) };
        return file == "-" ? TraceFile.Open(_host.OpenInput(), "-", options) : TraceFile.Open(file, options);
    }

    /// <summary>Reads one recording into a sink and tells the user what is worth knowing about it.</summary>
    public TraceInfo Read(string file, CallSink sink, CallFilter filter, CancellationToken? cancel = null)
    {
        using var progress = new ProgressBar(_host);
        using var reader = Open(file, progress);
        reader.Read(sink, filter, cancel ?? _host.Cancel);
        progress.Dispose();
        Report(reader);
        return reader.Info;
    }

    /// <summary>The graph of the calls that pass the filter, over all recordings: one reading each, whatever is asked.</summary>
    /// <param name="grouping">What edges are counted by; with contexts and tasks, the graph knows the calls' shares in them.</param>
    public CallGraph ReadGraph(CallGrouping grouping = CallGrouping.Edge)
    {
        var graphs = Files.Select(file =>
        {
            var tally = new CallTally(grouping);
            Read(file, tally, FilterOfCalls);
            return tally.ToGraph();
        }).ToList();
        var graph = CallGraph.Merge(graphs);
        return Filter.NeedsGraph ? ReachableEdges.Of(graph, Filter) : graph;
    }

    /// <summary>
    /// What has to be read a second time: a root or a minimum count is judged over all recordings together, so it must be known
    /// before the first call of any is shown. Null when nothing has to.
    /// </summary>
    public CallGraph? ReadSelection()
    {
        if (!Filter.NeedsGraph || Files.Count == 1) return null;
        if (Files.Contains("-")) throw CliException.Usage("standard input passes by once, but --root and --min-count over several recordings read each twice. Save it to a file first.");
        var quiet = new Recordings(_host, Files, Filter, _map, _instance, _threads) { _isQuiet = true };
        return quiet.ReadGraph();
    }

    /// <summary>Reports warnings and losses of a completed reading.</summary>
    private void Report(TraceReader reader)
    {
        if (_isQuiet) return;
        var trace = reader.Info;
        var summary = ReadingSummary.Of(trace);
        foreach (var warning in summary.Warnings) _host.Warn(warning);
        if (summary.Missing is { } missing) _host.Warn(missing);
        if (_map is not null && reader.Names.Functions.Count > 1 && !reader.Names.Functions.Any(f => !f.Sources.IsDefaultOrEmpty))
            _host.Warn($"{_map.Path} knows no function of {trace.Path}: is it the map of another kernel?");
    }

    /// <summary>A wildcard the shell left alone; a file of just that name goes first.</summary>
    private static IEnumerable<string> Expand(string operand)
    {
        if (operand == "-" || !Glob.IsPattern(operand) || File.Exists(operand)) return [operand];
        var directory = Path.GetDirectoryName(operand) ?? "";
        var glob = new Glob(Path.GetFileName(operand));
        if (!Directory.Exists(directory.Length == 0 ? "." : directory)) throw new CliException(ExitCode.BadInput, $"{operand}: there is no directory {directory}.");
        string[] files = [.. Directory.EnumerateFiles(directory.Length == 0 ? "." : directory).Select(Path.GetFileName).OfType<string>()
            .Where(name => glob.IsMatch(name)).Order(StringComparer.Ordinal).Select(name => Path.Combine(directory, name))];
        return files.Length > 0 ? files : throw new CliException(ExitCode.BadInput, $"{operand}: no file matches.");
    }
}
