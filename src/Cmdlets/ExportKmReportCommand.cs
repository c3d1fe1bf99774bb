using System.Management.Automation;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmReport: writes counts of calls as a workbook, a page, a text or a chart.</summary>
[Cmdlet(VerbsData.Export, "KmReport", SupportsShouldProcess = true)]
[OutputType(typeof(ReportExport))]
public sealed class ExportKmReportCommand : PSCmdlet, ICallCounter, IDisposable
{
    private static readonly string[] Formats = [CallReportExporter.Workbook, .. CallReportExporter.Formats];

    private readonly CancellationTokenSource _cancel = new();
    private readonly CallCollector _calls = new(CallGrouping.Function, forReport: true);
    private readonly List<FunctionCallCount> _counts = [];
    private bool _hasCalls;
    private string _path = "";

    /// <summary>Counts of calls, call events or call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    /// <summary>The file to write; its extension chooses the format.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The heading.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>At most so many rows of each table, or bars.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Says what was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    CallCollector? ICallCounter.Collector
    {
        get
        {
            _hasCalls = true;
            return _calls;
        }
    }

    CallFilter? ICallCounter.Passing => null;

    SymbolMap? ICallCounter.Sources => null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _path = this.ResolveInFileSystem(Path);
        // What cannot succeed is said before a long recording is read for it.
        if (!Formats.Contains(System.IO.Path.GetExtension(_path), StringComparer.OrdinalIgnoreCase)) ThrowTerminatingError(ErrorFactory.FormatUnknown(_path, Formats));
        if (File.Exists(_path) && !Force) ThrowTerminatingError(ErrorFactory.OutputExists(_path));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var input = InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject;
        switch (input)
        {
            case FunctionCallCount count: _counts.Add(count); break;
            case CallEvent call: _calls.Add(call); _hasCalls = true; break;
            case CallEdge edge: _calls.Add(edge); _hasCalls = true; break;
            default: ThrowTerminatingError(ErrorFactory.NotACount(InputObject)); break;
        }
        if (_counts.Count > 0 && _hasCalls) ThrowTerminatingError(ErrorFactory.MixedInput(input));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var counts = _hasCalls ? _calls.Counts() : _counts;
        if (counts.Count == 0)
        {
            WriteError(ErrorFactory.NothingToReport(_path));
            return;
        }
        if (!ShouldProcess(_path, $"Write a report of {counts.Count} counts")) return;
        var progress = new WorkProgress(this, $"Writing {TerminalText.Escape(_path)}");
        try
        {
            var export = CallReportExporter.Export(counts, _path, Title, MyInvocation.BoundParameters.ContainsKey(nameof(Top)) ? Top : null, Force,
                ExcelAssemblies.Write, (what, percent) => progress.Report(percent, what), _cancel.Token);
            if (export.Note is { } note)
                WriteWarning(TerminalText.Escape(note + (export.OmittedRows > 0 ? " -Top sets how many are listed." : "")));
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
            if (!_cancel.IsCancellationRequested) progress.Done();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _cancel.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancel.Dispose();
}
