using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cli.Commands;

/// <summary>
/// What <c>kernel-magnifier.py visualize</c> does, with its options, defaults, files and lines, for those who come from it.
/// </summary>
internal sealed class VisualizeCommand : Command
{
    private const string DefaultFile = "kernel-magnifier.data";
    private const string ChartFile = "kernel-function-calls-sorted.png";
    private const int Bars = 30;

    private static readonly CliOption ImageName = new("image-name", "The picture: foo.pdf, foo.png, foo.svg, foo.dot") { Value = "FILE", Default = "kernel-magnifier.pdf", IsFile = true };
    private static readonly CliOption FilterFilepath = new("filter-filepath", "Only calls whose function or caller is defined in a file whose path contains one of these, such as kernel/sched,net") { Value = "PATH", IsList = true };
    private static readonly CliOption FilterExecutionNo = new("filter-execution-no", "Only calls that happened more often than N times") { Value = "N", Default = "0" };
    private static readonly CliOption SymbolFilePath = new("symbol-file-path", "Tells the source file of each function") { Value = "FILE", Default = "symbol-filepath.map", IsFile = true };
    private static readonly CliOption DebugKernelPath = new("debug-kernel-path", "Accepted and not used, as in the Python tool: generate-symbol-map is what reads a kernel") { Value = "FILE", IsFile = true };

    /// <inheritdoc/>
    public override string Name => "visualize";

    /// <inheritdoc/>
    public override string Summary => "Draw a recording as a call graph and a chart, as the Python tool does";

    /// <inheritdoc/>
    public override string Operands => "[FILE]";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [ImageName, FilterFilepath, FilterExecutionNo, SymbolFilePath, DebugKernelPath];

    /// <inheritdoc/>
    public override string Description => $"""
        FILE is {DefaultFile} unless named. Beside the picture, {ChartFile} shows the {Bars} functions
        called most. Both are written to the current directory and replace what is there. graph and calls do more.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("All of kernel-magnifier.data", "kernel-magnifier visualize"),
        ("The scheduler, where calls happened more than ten times", "kernel-magnifier visualize --filter-filepath kernel/sched --filter-execution-no 10 --image-name sched.svg"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count > 1) throw CliException.Usage("name one recording; 'graph' and 'calls' take several.");
        var image = arguments.Text(ImageName)!;
        GraphCommand.RequireFormat(ImageName, image, GraphExporter.Formats);
        OutputFile.Check(image, force: true);
        OutputFile.Check(ChartFile, force: true);
        if (arguments.Has(FilterFilepath) && arguments.List(FilterFilepath).Count == 0) throw CliException.Usage($"{FilterFilepath} was given nothing to compare with.");
        var filter = new CallFilter
        {
            SourcePath = arguments.List(FilterFilepath),
            // The Python tool shows what happened more often than N times.
            MinCount = (arguments.Integer(FilterExecutionNo, -1, long.MaxValue - 1) ?? 0) + 1,
        };
        var map = Map(arguments, host);
        if (map is null && filter.NeedsSource)
            throw new CliException(ExitCode.BadInput, $"{FilterFilepath} needs to know where functions are defined, and there is no {arguments.Text(SymbolFilePath)}. Make it (kernel-magnifier generate-symbol-map) or name it with {SymbolFilePath}.");

        host.Write("Visualization mode - now generating visualization...\n");
        var recordings = Recordings.Of(arguments.Operands is [var file] ? file : DefaultFile, new CallFilter(), map, host, map is null ? null : new ExactNames(map));
        var everything = recordings.ReadGraph();
        var trace = everything.Traces[0];
        host.Write($"parsing completed, found {trace.Calls} events\n"
            + $"{trace.LostEvents} events missed during capturing process ({TraceInfoReport.LostPercent(trace.Calls, trace.LostEvents)}%)\n");

        var graph = ReachableEdges.Narrow(everything, filter);
        if (graph.Edges.Count == 0) throw new CliException(ExitCode.BadInput, "no call passes the filter: there is nothing to draw.");
        CallCountChart.Export(Hottest(everything, filter), ChartFile, Bars, null, force: true, host.Cancel);
        host.Write($"{ChartFile} generated\n");
        GraphCommand.Draw(host, graph, image, new GraphOptions { Filter = filter, Force = true });
        host.Write($"{image} generated\n");
        return ExitCode.Ok;
    }

    /// <summary>
    /// The functions the chart shows, with how often each was called in the whole recording: as in the Python tool, those that call or are
    /// called inside the filter. Where no call has both its ends inside, those of the calls that are drawn.
    /// </summary>
    private static List<FunctionCallCount> Hottest(CallGraph everything, CallFilter filter)
    {
        var inside = ReachableEdges.Narrow(everything, filter with { Strict = filter.NeedsSource });
        if (inside.Edges.Count == 0) inside = ReachableEdges.Narrow(everything, filter);
        var names = inside.Edges.SelectMany(e => new[] { (e.Caller, e.CallerModule), (e.Callee, e.CalleeModule) }).ToHashSet();
        return [.. CallReports.Counts(everything).Where(c => names.Contains((c.Function!, c.Module)))];
    }

    private static SymbolMap? Map(Arguments arguments, CliHost host)
    {
        var path = arguments.Text(SymbolFilePath)!;
        // Not having a map is the ordinary case; naming one that is not there is a mistake.
        if (!arguments.Has(SymbolFilePath) && (!File.Exists(path) || new FileInfo(path).Length == 0)) return null;
        return Recordings.LoadMap(path, host);
    }

    /// <summary>The map as the Python tool reads it: a function with a compiler's suffix (<c>.part.0</c>) is not the function without it.</summary>
    private sealed class ExactNames(SymbolMap map) : ISourceResolver
    {
        private readonly HashSet<string> _names = [.. map.Rows.Select(r => r.Function)];

        public System.Collections.Immutable.ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address)
            => _names.Contains(name) ? map.Resolve(name, module, address) : [];
    }
}
