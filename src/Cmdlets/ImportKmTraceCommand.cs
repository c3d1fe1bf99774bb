using System.Management.Automation;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmTrace: reads recordings of kernel functions.</summary>
[Cmdlet(VerbsData.Import, "KmTrace", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(CallEvent), typeof(CallEdge), typeof(TraceInfo))]
public sealed class ImportKmTraceCommand : CallFilterCommand
{
    private MemoryStream? _bytes;

    /// <summary>The recordings.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The bytes of one recording.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true), AllowEmptyCollection]
    public byte[] InputObject { get; set; } = [];

    /// <summary>Return call edges with counts instead of call events.</summary>
    [Parameter]
    public SwitchParameter AsEdge { get; set; }

    /// <summary>Return a description of the recording instead of its calls.</summary>
    [Parameter]
    public SwitchParameter Info { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Instance { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Info && AsEdge) ThrowTerminatingError(ErrorFactory.Contradiction("-Info and -AsEdge exclude each other.", null));
        if (Info && FirstFilterParameter() is { } parameter) ThrowTerminatingError(ErrorFactory.InfoTakesNoFilter(parameter));
        if (Filter is { NeedsSource: true } && Map is null)
        {
            var cause = Filter.SourcePath.Count > 0 ? nameof(SourcePath) : nameof(ExcludeSourcePath);
            ThrowTerminatingError(ErrorFactory.NeedsSymbolMap(cause));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(InputObject))
        {
            (_bytes ??= new MemoryStream()).Write(InputObject);
            return;
        }
        var files = ParameterSetName == nameof(Path)
            ? this.Resolve(Path, ErrorCode.TraceNotFound)
            : this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound);
        foreach (var file in files) Read(file, options => TraceFile.Open(file, options));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_bytes is null) return;
        _bytes.Position = 0;
        Read("(bytes)", options => TraceFile.Open(_bytes, "(bytes)", options));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _bytes?.Dispose();
        base.Dispose(disposing);
    }

    private void Read(string name, Func<TraceReadOptions, TraceReader> open)
    {
        var progress = new WorkProgress(this, $"Reading {TerminalText.Escape(name)}");
        try
        {
            var handover = Info || AsEdge ? null : ReadingHandover.Plan(this, Filter, Map);
            var options = new TraceReadOptions
            {
                SourceResolver = handover?.Map ?? Map, Progress = progress.Report, Instance = Instance,
            };
            using var reader = open(options);
            if (Info)
            {
                reader.Read(new CallTally(), null, Cancel);
                WriteObject(reader.Info);
                return;
            }
            if (AsEdge) ReadEdges(reader);
            else if (handover is null) reader.Read(new ObjectWriter(this), Filter, Cancel);
            else HandOver(reader, handover);
            Report(reader.Info);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, name));
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

    private void ReadEdges(TraceReader reader)
    {
        var tally = new CallTally(byStack: true, CallGrouping.Edge);
        var edges = reader.ReadGraph(tally, Filter, Cancel).Edges;
        var view = EdgeView.Of(edges);
        foreach (var edge in edges) WriteObject(view.Show(edge));
    }

    private void HandOver(TraceReader reader, ReadingHandover handover)
    {
        var tally = handover.Collector.NewTally();
        try
        {
            reader.Read(handover.SinkTo(tally), handover.Filter, Cancel);
        }
        finally
        {
            // Calls before an error count.
            handover.Collector.Add(tally);
        }
    }

    /// <summary>Reports the losses and warnings of a reading, and its details with -Verbose.</summary>
    private void Report(TraceInfo info)
    {
        var summary = ReadingSummary.Of(info);
        foreach (var warning in summary.Warnings) WriteWarning(TerminalText.Escape(warning));
        if (summary.Missing is { } missing) WriteWarning(TerminalText.Escape($"{missing}. Use -Verbose for details."));
        foreach (var detail in summary.Details) WriteVerbose(TerminalText.Escape(detail));
    }

    /// <summary>Writes an object per call, on the thread of the pipeline. A pipeline that ends early throws through it.</summary>
    private sealed class ObjectWriter(Cmdlet cmdlet) : CallSink
    {
        private TraceContext _context = null!;
        private CallColumns _known, _columns;

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            var known = _known | KnownColumns.In(_context, calls);
            if (known != _known) (_known, _columns) = (known, CallViews.ViewFor(known));
            foreach (ref readonly var call in calls) cmdlet.WriteObject(CallViews.Create(_columns, _context, in call));
        }
    }
}
