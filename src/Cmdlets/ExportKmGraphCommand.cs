using System.Management.Automation;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmGraph: draws who called whom.</summary>
[Cmdlet(VerbsData.Export, "KmGraph", SupportsShouldProcess = true)]
[OutputType(typeof(GraphExport))]
public sealed class ExportKmGraphCommand : SymbolMapCommand, ICallCounter
{
    // Edges hold no contexts and tasks; what comes as events is counted by them too.
    private readonly CallCollector _events = new(CallGrouping.Edge | CallGrouping.Context | CallGrouping.Task);
    private readonly CallCollector _edges = new(CallGrouping.Edge);
    private CallSelector? _selector;
    private string _path = "";

    /// <summary>Call events or call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    /// <summary>The file to write; its extension chooses the format.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The heading.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>What functions are put together by.</summary>
    [Parameter]
    public GraphClustering ClusterBy { get; set; } = GraphClustering.None;

    /// <summary>Every path through these functions is marked, the rest fades.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] Highlight { get; set; } = [];

    /// <summary>Only what these functions lead to; with -To, only the paths between.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] From { get; set; } = [];

    /// <summary>Only what leads to these functions.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] To { get; set; } = [];

    /// <summary>Marks the most travelled path.</summary>
    [Parameter]
    public SwitchParameter HotPath { get; set; }

    /// <summary>Light or dark.</summary>
    [Parameter]
    public GraphTheme Theme { get; set; } = GraphTheme.Light;

    /// <summary>The sheet to fit on.</summary>
    [Parameter]
    public GraphPaper Paper { get; set; } = GraphPaper.None;

    /// <summary>At most so many functions.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    /// <summary>Edges of fewer calls are left out.</summary>
    [Parameter, ValidateRange(0L, long.MaxValue)]
    public long MinCount { get; set; }

    /// <summary>Which way the calls run.</summary>
    [Parameter]
    public GraphLayout Layout { get; set; } = GraphLayout.TopDown;

    /// <summary>Lays out everything, however long it takes.</summary>
    [Parameter]
    public SwitchParameter Everything { get; set; }

    /// <summary>Where a function's source can be looked at.</summary>
    [Parameter, AllowEmptyString]
    public string SourceUrl { get; set; } = GraphOptions.DefaultSourceUrl;

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Says what was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    CallCollector? ICallCounter.Collector => _events;

    CallFilter? ICallCounter.Passing => null;

    SymbolMap? ICallCounter.Sources => Map;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _path = this.ResolveInFileSystem(Path);
        // What cannot succeed is said before a long recording is read for it.
        if (!GraphExporter.Formats.Contains(System.IO.Path.GetExtension(_path), StringComparer.OrdinalIgnoreCase)) ThrowTerminatingError(ErrorFactory.FormatUnknown(_path));
        if (File.Exists(_path) && !Force) ThrowTerminatingError(ErrorFactory.OutputExists(_path));
        if (Map is not null) _selector = new CallSelector(new CallFilter(), Map);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var input = InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject;
        if (input is CallEvent call) _events.Add(_selector is null ? call : _selector.Select(call)!);
        else if (input is CallEdge edge) _edges.Add(_selector is null ? edge : _selector.Select(edge)!);
        else ThrowTerminatingError(ErrorFactory.NotACall(InputObject));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var graph = CallGraph.Merge(_events.ToGraph(), _edges.ToGraph());
        if (graph.Edges.Count == 0)
        {
            WriteError(ErrorFactory.NothingToDraw(_path));
            return;
        }
        if (!ShouldProcess(_path, $"Draw a graph of {graph.Edges.Count} call edges")) return;
        var progress = new WorkProgress(this, $"Drawing {TerminalText.Escape(_path)}");
        try
        {
            var export = GraphExporter.Export(graph, _path, new GraphOptions
            {
                Title = Title, Top = MyInvocation.BoundParameters.ContainsKey(nameof(Top)) ? Top : null, MinCount = MinCount, Layout = Layout,
                ClusterBy = ClusterBy, Highlight = Highlight, From = From, To = To, HotPath = HotPath, Theme = Theme, Paper = Paper,
                Everything = Everything, SourceUrl = SourceUrl.Length == 0 ? null : SourceUrl, Force = Force, Filter = graph.Filter,
            }, (what, percent) => progress.Report(percent, what), Cancel);
            if (export.Note is { } note)
            {
                // A part that the user requested needs no warning.
                if (export.IsThinned) note += " -Everything draws all of it, as does a .dot file.";
                if (export.NoteIsWarning) WriteWarning(TerminalText.Escape(note));
                else WriteVerbose(TerminalText.Escape(note));
            }
            if (PassThru) WriteObject(export);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, _path));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            if (!Cancel.IsCancellationRequested) progress.Done();
        }
    }
}
