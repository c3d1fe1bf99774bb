using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Measure-KmCall: counts calls.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KmCall")]
[OutputType(typeof(FunctionCallCount))]
public sealed class MeasureKmCallCommand : CancellableCommand, IReadingReceiver
{
    private CallCollector _collector = null!;
    private CallInput _input = null!;
    private WindowCalls _windows = null!;
    private CallWindows? _ranges;
    private bool _hasEvents, _hasCounts;

    /// <summary>Call events or call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>The properties to count by; several count each combination of them.</summary>
    [Parameter(Position = 0)]
    public CallGrouping By { get; set; } = CallGrouping.Function;

    /// <summary>The length of the time ranges that calls are counted by.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Every { get; set; }

    bool IReadingReceiver.CanReceive => !MyInvocation.BoundParameters.ContainsKey(nameof(Every));

    bool IReadingReceiver.TakesBatches => true;

    CallCollector? IReadingReceiver.Collector => _collector;

    CallFilter? IReadingReceiver.Filter => null;

    SymbolMap? IReadingReceiver.Map => null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _collector = new CallCollector(By, forReport: true);
        _windows = new WindowCalls(this, Cancel);
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Every)))
        {
            if (Every == TimeSpan.Zero)
                ThrowTerminatingError(ErrorFactory.Contradiction("-Every 0 has no ranges.", Every, "Give a duration such as 1s."));
            _ranges = new CallWindows(By, DurationText.Nanoseconds(Every), Write);
        }
        _input = _ranges is null
            ? new CallInput(this, _collector.Add, _collector.Add) { OnWindow = _windows.TryTake, Needed = NeededProperties.Of(By) }
            : new CallInput(this, _ranges.Add, RefuseEdge)
            {
                Needed = [.. NeededProperties.Of(By), nameof(CallEvent.Timestamp)], OnEvent = PassOver,
            };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            _input.Read(InputObject);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, InputObject));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _input.Complete();
        if (_ranges is not null)
        {
            _ranges.Complete();
            if (_ranges.HasUntimed) WriteWarning("Calls without a time are in no time range and were not counted.");
            else if (_hasEvents && !_hasCounts)
                WriteWarning("The input has kernel events, which are no calls. For latencies: … | Measure-KmLatency -Every 1s. "
                    + "To count events: kernel-magnifier watch FILE --every 1s --count");
            return;
        }
        if (!_windows.Read(_collector)) WriteWarning(_windows.Nothing);
        _input.Warn(_collector.Warnings);
        Write(_collector.Counts());
    }

    private void Write(IReadOnlyList<FunctionCallCount> counts)
    {
        var view = CountView.Of(By, counts);
        _hasCounts |= counts.Count > 0;
        foreach (var count in counts) WriteObject(view.Show(count));
    }

    private void RefuseEdge(CallEdge edge)
        => ThrowTerminatingError(ErrorFactory.Contradiction(
            "-Every counts calls by their times, and edges have none.", edge, "Count the calls instead of their edges."));

    /// <summary>Kernel events between the calls, of Watch-KmTrace -WithCall, are no calls.</summary>
    private void PassOver(KernelEvent item) => _hasEvents = true;
}
