using System.Collections.Immutable;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Replaces <c>kernel-magnifier.py visualize</c>: the same options, defaults, files and output.</summary>
internal sealed class VisualizeCommand : Command
{
    private const string DefaultFile = "kernel-magnifier.data";
    private const string ChartFile = "kernel-function-calls-sorted.png";
    private const int Bars = 30;

    private static readonly CliOption ImageName = new("image-name", "The image to write: foo.pdf, foo.png, foo.svg, foo.dot")
    {
        Value = "FILE", Default = "kernel-magnifier.pdf", IsFile = true,
    };

    private static readonly CliOption FilterFilepath = new("filter-filepath",
        "Draw only calls whose function or caller is defined in a file whose path contains one of these, "
        + "such as kernel/sched,net")
    {
        Value = "PATH", IsList = true,
    };

    private static readonly CliOption FilterExecutionNo = new("filter-execution-no",
        "Draw only edges with more than N calls")
    { Value = "N", Default = "0" };

    private static readonly CliOption SymbolFilePath = new("symbol-file-path",
        "The symbol map with the source file of each function")
    {
        Value = "FILE", Default = "symbol-filepath.map", IsFile = true,
    };

    private static readonly CliOption DebugKernelPath = new("debug-kernel-path",
        "Accepted but ignored, as in the Python tool. generate-symbol-map reads a kernel")
    { Value = "FILE", IsFile = true };

    /// <inheritdoc/>
    public override string Name => "visualize";

    /// <inheritdoc/>
    public override string Summary => "Draw the call graph and a chart of a recording, as the Python tool does";

    /// <inheritdoc/>
    public override string Operands => "[FILE]";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [ImageName, FilterFilepath, FilterExecutionNo, SymbolFilePath, DebugKernelPath];

    /// <inheritdoc/>
    public override string Description => $"""
        The default FILE is {DefaultFile}. {ChartFile} is written too; it shows the {Bars}
        functions called most. Existing files are replaced. The commands graph and calls have more options.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The call graph of kernel-magnifier.data", "kernel-magnifier visualize"),
        ("The edges of the scheduler with more than ten calls",
            "kernel-magnifier visualize --filter-filepath kernel/sched --filter-execution-no 10 --image-name sched.svg"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count > 1)
            throw CliException.Usage("name one recording. The commands graph and calls take several.");
        if (arguments.Operands is [""]) throw CliException.Usage("name a recording.");
        var image = arguments.Text(ImageName)!;
        GraphCommand.RequireFormat(ImageName, image, GraphExporter.Formats);
        var path = arguments.Operands is [var file] ? file : DefaultFile;
        var inputs = InputIdentity.Of([path, arguments.Text(SymbolFilePath)!]);
        OutputFile.Check(image, force: true, inputs);
        OutputFile.Check(ChartFile, force: true, inputs);
        if (arguments.Has(FilterFilepath) && arguments.List(FilterFilepath).Count == 0)
            throw CliException.Usage($"{FilterFilepath} was given an empty list. Give it a value, or omit it.");
        var filter = new CallFilter
        {
            SourcePath = arguments.List(FilterFilepath),
            AreSubstrings = true,
            // The Python tool draws edges with more than N calls.
            MinCount = (arguments.Integer(FilterExecutionNo, -1, long.MaxValue - 1) ?? 0) + 1,
        };
        var map = Map(arguments, host);
        if (map is null && filter.NeedsSource)
            throw new CliException(ExitCode.BadInput,
                $"{FilterFilepath} needs a symbol map, and there is no {arguments.Text(SymbolFilePath)}. "
                + $"Create it with kernel-magnifier generate-symbol-map, or name one with {SymbolFilePath}.");

        host.Write("Visualization mode - now generating visualization...\n");
        var recordings = Recordings.Of(path, new CallFilter(), map, host, map is null ? null : new ExactNames(map));
        var everything = recordings.ReadGraph();
        var trace = everything.Traces[0];
        host.Write($"parsing completed, found {trace.Calls} events\n"
            + $"{trace.LostEvents} events missed during capturing process "
            + $"({Losses.Percent(trace.Calls, trace.LostEvents)}%)\n");

        var graph = ReachableEdges.Narrow(everything, filter);
        if (graph.Edges.Count == 0) throw recordings.Nothing("draw", filter);
        foreach (var sentence in ForeignCandidates.Of(filter, graph.Edges, $"{FilterFilepath}")) host.Warn(sentence);
        CallCountChart.Export(Hottest(everything, filter), ChartFile, Bars, null, force: true, host.Cancel);
        host.Write($"{ChartFile} generated\n");
        GraphCommand.Draw(host, graph, image, new GraphOptions { Filter = filter, Force = true });
        host.Write($"{image} generated\n");
        return ExitCode.Ok;
    }

    /// <summary>
    /// Returns the functions of the chart with their calls in the whole recording. As in the Python tool, these are the functions
    /// of the edges whose caller and callee both match the filter, or of all edges that are drawn if there is no such edge.
    /// </summary>
    private static List<FunctionCallCount> Hottest(CallGraph everything, CallFilter filter)
    {
        var inside = ReachableEdges.Narrow(everything, filter with { Strict = filter.NeedsSource });
        if (inside.Edges.Count == 0) inside = ReachableEdges.Narrow(everything, filter);
        var names = inside.Edges.SelectMany(e => new[] { (e.Caller, e.CallerModule), ((string?)e.Callee, e.CalleeModule) }).ToHashSet();
        return [.. CallReports.Counts(everything).Where(c => names.Contains((c.Function!, c.Module)))];
    }

    private static SymbolMap? Map(Arguments arguments, CliHost host)
    {
        var path = arguments.Text(SymbolFilePath)!;
        // The default map need not exist; one that was named must.
        if (!arguments.Has(SymbolFilePath) && (!File.Exists(path) || new FileInfo(path).Length == 0)) return null;
        return Recordings.LoadMap(path, host);
    }

    /// <summary>
    /// Looks names up as the Python tool does: a name with a suffix of the compiler (<c>.part.0</c>) is not looked up without it.
    /// </summary>
    private sealed class ExactNames(SymbolMap map) : ISourceResolver
    {
        private readonly HashSet<string> _names = [.. map.Rows.Select(r => r.Function)];

        public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address)
            => _names.Contains(name) ? map.Resolve(name, module, address) : [];
    }
}
