using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Export;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmReport: writes call counts, latencies or comparisons as a workbook, page, text or chart.</summary>
[Cmdlet(VerbsData.Export, "KmReport", SupportsShouldProcess = true)]
[OutputType(typeof(ReportExport))]
public sealed class ExportKmReportCommand : FileExportCommand, IReadingReceiver
{
    private static readonly string[] Formats = [CallReportExporter.Workbook, .. CallReportExporter.Formats];

    private readonly CallCollector _calls = new(CallGrouping.Function, forReport: true);
    private readonly List<FunctionCallCount> _counts = [];
    private readonly List<CallEdge> _edges = [];
    private readonly List<Latency.Latency> _latencies = [];
    private readonly List<TraceDifference> _differences = [];
    private readonly List<ProbeResult> _results = [];
    private CallInput _input = null!;
    private bool _hasCalls;

    /// <summary>The largest number of rows in each table, or of bars in a chart.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    CallCollector? IReadingReceiver.Collector
    {
        get
        {
            _hasCalls = true;
            return _calls;
        }
    }

    CallFilter? IReadingReceiver.Filter => null;

    SymbolMap? IReadingReceiver.Map => null;

    private protected override IReadOnlyList<string> Extensions => Formats;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _input = new CallInput(this, Take, Take) { OnCount = _counts.Add, OnDifference = _differences.Add,
            OnResult = _results.Add };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Input is Latency.Interval) ThrowTerminatingError(ErrorFactory.IntervalsAreNoReport(InputObject));
        if (Input is Latency.Latency latency) _latencies.Add(latency);
        else if (!ReadCopy()) _input.Read(InputObject);
        RequireOneKind();
    }

    /// <summary>Takes a latency that comes back from a file or another process.</summary>
    private bool ReadCopy()
    {
        if (Input is null || new InputProperties(InputObject!) is var copy && !LatencyCopy.Is(copy)) return false;
        try
        {
            _latencies.Add(LatencyCopy.Of(copy));
        }
        catch (InputException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, InputObject));
        }
        return true;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_latencies.Count > 0)
        {
            ExportLatencies();
            return;
        }
        if (_results.Count > 0)
        {
            ExportResults();
            return;
        }
        if (_differences.Count > 0)
        {
            ExportDifferences();
            return;
        }
        _input.Complete();
        _input.Warn(_calls.Warnings);
        RequireOneKind();
        var onlyEdges = _edges.Count > 0 && !_hasCalls;
        if (!onlyEdges) _edges.ForEach(_calls.Add);
        var counts = onlyEdges ? [] : _hasCalls ? _calls.Counts() : _counts;
        int? top = MyInvocation.BoundParameters.ContainsKey(nameof(Top)) ? Top : null;
        if (counts.Count == 0 && !onlyEdges) WriteError(ErrorFactory.NoInput("NothingToReport", FilePath));
        else if (ShouldWrite(onlyEdges ? $"Write a report of {_edges.Count} edges" : $"Write a report of {counts.Count} counts"))
        {
            Write("Writing",
                progress => onlyEdges
                    ? CallReportExporter.Export(_edges, FilePath, Title, top, Force, ExcelAssemblies.Write, progress, Cancel)
                    : CallReportExporter.Export(counts, FilePath, Title, top, Force, ExcelAssemblies.Write, progress, Cancel),
                Report);
        }
    }

    private void Take(CallEvent call)
    {
        _calls.Add(call);
        _hasCalls = true;
    }

    private void Take(CallEdge edge) => _edges.Add(edge);

    private void RequireOneKind()
    {
        bool[] kinds =
            [_counts.Count > 0, _hasCalls || _edges.Count > 0, _latencies.Count > 0, _differences.Count > 0, _results.Count > 0];
        if (kinds.Count(has => has) > 1) ThrowTerminatingError(ErrorFactory.MixedInput(Input));
    }

    private void ExportLatencies()
    {
        int? top = MyInvocation.BoundParameters.ContainsKey(nameof(Top)) ? Top : null;
        if (!ShouldWrite($"Write a report of {_latencies.Count} latencies")) return;
        Write("Writing", progress => CallReportExporter.Export(
            _latencies, FilePath, Title, top, Force, ExcelAssemblies.Write, progress, Cancel), Report);
    }

    private void ExportResults()
    {
        int? top = MyInvocation.BoundParameters.ContainsKey(nameof(Top)) ? Top : null;
        if (!ShouldWrite($"Write a report of {_results.Count} results")) return;
        Write("Writing", progress => CallReportExporter.Export(
            most => ResultReports.Of(_results, Title, most), FilePath, top, Force, ExcelAssemblies.Write, progress, Cancel),
                Report);
    }

    private void ExportDifferences()
    {
        int? top = MyInvocation.BoundParameters.ContainsKey(nameof(Top)) ? Top : null;
        if (!ShouldWrite($"Write a report of {_differences.Count} differences")) return;
        Write("Writing", progress => CallReportExporter.Export(
            _differences, FilePath, Title, top, Force, ExcelAssemblies.Write, progress, Cancel), Report);
    }

    private void Report(ReportExport export)
        => Warn(export.OmittedRows > 0 ? $"{export.Note} -Top sets the number of rows." : export.Note);
}
