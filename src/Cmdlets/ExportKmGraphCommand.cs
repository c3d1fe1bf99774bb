using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Export;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmGraph: draws the call graph.</summary>
[Cmdlet(VerbsData.Export, "KmGraph", SupportsShouldProcess = true)]
[OutputType(typeof(GraphExport))]
public sealed class ExportKmGraphCommand : FileExportCommand, IReadingReceiver
{
    private CallCollector _calls = null!;
    private readonly CallCollector _edges = new(CallGrouping.Edge);
    private readonly List<TraceDifference> _differences = [];
    private CallInput _input = null!;
    private WindowCalls _windows = null!;
    private SymbolMap? _map;
    private CallSelector? _selector;

    /// <summary>How to group functions.</summary>
    [Parameter]
    public GraphClustering ClusterBy { get; set; } = GraphClustering.None;

    /// <summary>Functions whose paths are highlighted.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] Highlight { get; set; } = [];

    /// <summary>Draw only calls that are reachable from these functions; with -To, only the paths between them.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] From { get; set; } = [];

    /// <summary>Draw only calls that lead to these functions.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] To { get; set; } = [];

    /// <summary>Highlight the busiest path.</summary>
    [Parameter]
    public SwitchParameter HotPath { get; set; }

    /// <summary>The colours.</summary>
    [Parameter]
    public GraphTheme Theme { get; set; } = GraphTheme.Light;

    /// <summary>The paper size that the drawing fits on.</summary>
    [Parameter]
    public GraphPaper Paper { get; set; } = GraphPaper.None;

    /// <summary>The largest number of functions to draw.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    /// <summary>Omit edges with fewer calls.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(0L, long.MaxValue)]
    public long MinCount { get; set; }

    /// <summary>The direction of the calls in the drawing.</summary>
    [Parameter]
    public GraphLayout Layout { get; set; } = GraphLayout.TopDown;

    /// <summary>Draw the whole graph, whatever time that takes.</summary>
    [Parameter]
    public SwitchParameter Everything { get; set; }

    /// <summary>The template of the links to source code; empty for no links.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), AllowEmptyString]
    public string SourceUrl { get; set; } = GraphOptions.DefaultSourceUrl;

    /// <summary>The path of a symbol map or of a kernel image, or the output of Get-KmSymbolMap.</summary>
    [Parameter, ValidateNotNull]
    public object? SymbolMap { get; set; }

    bool IReadingReceiver.TakesBatches => true;

    CallCollector? IReadingReceiver.Collector => _calls;

    CallFilter? IReadingReceiver.Filter => null;

    SymbolMap? IReadingReceiver.Map => _map;

    private protected override IReadOnlyList<string> Extensions => GraphExporter.Formats;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            SourceLinks.Check(SourceUrl);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error));
        }
        // Calls are also counted by context and task, which edges do not hold. What ran below the starts is known by stacks.
        _calls = new CallCollector(CallGrouping.Edge | CallGrouping.Context | CallGrouping.Task,
            byStack: From.Length > 0 && To.Length == 0);
        _map = this.ResolveSymbolMap(SymbolMap, Cancel);
        if (_map is not null) _selector = new CallSelector(new CallFilter(), _map);
        _windows = new WindowCalls(this, Cancel);
        _input = new CallInput(this, Take, Take)
        {
            OnDifference = _differences.Add, OnWindow = _windows.TryTake, Needed = [nameof(CallEvent.Caller)],
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _input.Read(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _input.Complete();
        var hasCalls = _windows.Read(_calls);
        _input.Warn(_calls.Warnings);
        var graph = CallGraph.Merge(_calls.ToGraph(), _edges.ToGraph());
        if (_differences.Count > 0)
        {
            DrawDifferences(graph);
            return;
        }
        if (GraphPaths.FollowsStacks(graph, From, To) && graph.Filter is not { Root.Count: > 0 })
            foreach (var trace in graph.Traces)
                if (ReadingSummary.NotPlaced(trace) is { } missing)
                    Warn($"{trace.Path}: {missing}.");
        if (graph.Edges.Count == 0)
            WriteError(hasCalls ? ErrorFactory.NoInput("NothingToDraw", FilePath)
                : ErrorFactory.NoCallsInWindow(FilePath, _windows.Recordings));
        else if (ShouldWrite($"Draw a graph of {graph.Edges.Count} call edges"))
            Write("Drawing", progress => GraphExporter.Export(graph, FilePath, Options(graph), progress, Cancel), Report);
    }

    private void DrawDifferences(CallGraph graph)
    {
        if (graph.Edges.Count > 0)
            WriteError(ErrorFactory.Of(new KernelMagnifierException(ErrorCode.MixedInput, FilePath,
                "The input has rows of a comparison and calls, which no graph shows together.", "Export them to two files."),
                FilePath));
        else if (ShouldWrite($"Draw a graph of {_differences.Count} differences"))
        {
            Write("Drawing", progress => DifferenceGraphExporter.Export(_differences, FilePath, Options(graph), progress,
                _selector is null ? null : edge => _selector.Select(edge)!, Cancel), Report);
        }
    }

    private void Take(CallEvent call) => _calls.Add(_selector is null ? call : _selector.Select(call)!);

    private void Take(CallEdge edge) => _edges.Add(_selector is null ? edge : _selector.Select(edge)!);

    private GraphOptions Options(CallGraph graph) => new()
    {
        Title = Title ?? _input.TitleOfHosts, Top = MyInvocation.BoundParameters.ContainsKey(nameof(Top)) ? Top : null, MinCount = MinCount,
        Layout = Layout, ClusterBy = ClusterBy, Highlight = Highlight, From = From, To = To, HotPath = HotPath,
        Theme = Theme, Paper = Paper, Everything = Everything, SourceUrl = SourceUrl.Length == 0 ? null : SourceUrl,
        Force = Force, Filter = graph.Filter, Inputs = _map?.Inputs ?? [],
    };

    private void Report(GraphExport export)
    {
        if (export.Note is not { } note) return;
        if (export.IsThinned) note += " -Everything draws the whole graph, and so does a .dot file.";
        // A part that the user requested needs no warning.
        if (export.NoteIsWarning) Warn(note);
        else WriteVerbose(TerminalText.Escape(note));
    }
}
