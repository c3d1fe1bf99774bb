using System.Management.Automation;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmTrace: reads recordings into call events, call edges, or a description.</summary>
[Cmdlet(VerbsData.Import, "KmTrace", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(CallEvent), typeof(CallEdge), typeof(TraceInfo))]
public sealed class ImportKmTraceCommand : CallFilterCommand
{
    private MemoryStream? _bytes;

    /// <summary>Recordings; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Recordings, by paths in which nothing is a wildcard.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The bytes of a recording.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true), AllowEmptyCollection]
    public byte[] InputObject { get; set; } = [];

    /// <summary>Edges with counts instead of events.</summary>
    [Parameter]
    public SwitchParameter AsEdge { get; set; }

    /// <summary>A description of the recording instead of its calls.</summary>
    [Parameter]
    public SwitchParameter Info { get; set; }

    /// <summary>The buffer instance of a trace.dat.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Instance { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Info && AsEdge) ThrowTerminatingError(ErrorFactory.Contradiction("-Info and -AsEdge ask for different things.", null));
        if (Info && FirstFilterParameter() is { } parameter) ThrowTerminatingError(ErrorFactory.InfoTakesNoFilter(parameter));
        if (Filter is { NeedsSource: true } && Map is null)
            ThrowTerminatingError(ErrorFactory.NeedsSymbolMap(Filter.SourcePath.Count > 0 ? nameof(SourcePath) : nameof(ExcludeSourcePath)));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(InputObject))
        {
            (_bytes ??= new MemoryStream()).Write(InputObject);
            return;
        }
        foreach (var file in ParameterSetName == nameof(Path) ? this.Resolve(Path) : this.ResolveLiterally(LiteralPath))
            Read(file, options => TraceFile.Open(file, options));
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
        _bytes?.Dispose();
        base.Dispose(disposing);
    }

    private void Read(string name, Func<TraceReadOptions, TraceReader> open)
    {
        var progress = new WorkProgress(this, $"Reading {TerminalText.Escape(name)}");
        try
        {
            var handover = Info || AsEdge ? null : Handover.From(this, Filter, Map);
            using var reader = open(new TraceReadOptions { SourceResolver = handover?.Sources ?? Map, Progress = progress.Report, Instance = Instance });
            if (Info)
            {
                reader.Read(new CallTally(), null, Cancel);
                WriteObject(reader.Info);
                return;
            }
            if (AsEdge)
            {
                var tally = new CallTally(CallGrouping.Edge);
                reader.Read(tally, Filter, Cancel);
                foreach (var edge in tally.ToGraph().Edges) WriteObject(edge);
            }
            else if (handover is not null)
            {
                var tally = handover.Collector.NewTally();
                try
                {
                    reader.Read(handover.Around(tally), handover.Filter, Cancel);
                }
                finally
                {
                    // What was read before an error counts.
                    handover.Collector.Add(tally);
                }
            }
            else
            {
                reader.Read(new Pipeline(this), Filter, Cancel);
            }
            Report(reader.Info);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, null));
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

    /// <summary>Reports warnings, losses and, with -Verbose, details of a completed reading.</summary>
    private void Report(TraceInfo info)
    {
        var summary = ReadingSummary.Of(info);
        foreach (var warning in summary.Warnings) WriteWarning(TerminalText.Escape(warning));
        if (summary.Missing is { } missing) WriteWarning(TerminalText.Escape($"{missing}. Use -Verbose for details."));
        foreach (var detail in summary.Details) WriteVerbose(TerminalText.Escape(detail));
    }

    /// <summary>Writes an object per call, on the pipeline's thread, as they are read. A pipeline that ends early unwinds through it.</summary>
    private sealed class Pipeline(Cmdlet cmdlet) : CallSink
    {
        private TraceContext _context = null!;

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (ref readonly var call in calls) cmdlet.WriteObject(new CallEvent(_context, in call));
        }
    }
}
