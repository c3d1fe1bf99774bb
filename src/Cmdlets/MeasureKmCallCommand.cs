using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Counting;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>Measure-KmCall: counts calls.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KmCall")]
[OutputType(typeof(FunctionCallCount))]
public sealed class MeasureKmCallCommand : CancellableCommand, IReadingReceiver
{
    private CallCollector _collector = null!;
    private CallInput _input = null!;
    private WindowCalls _windows = null!;

    /// <summary>Call events or call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>The properties to count by; several count each combination of them.</summary>
    [Parameter(Position = 0)]
    public CallGrouping By { get; set; } = CallGrouping.Function;

    CallCollector? IReadingReceiver.Collector => _collector;

    CallFilter? IReadingReceiver.Filter => null;

    SymbolMap? IReadingReceiver.Map => null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _collector = new CallCollector(By, forReport: true);
        _windows = new WindowCalls(this, Cancel);
        _input = new CallInput(this, _collector.Add, _collector.Add)
        {
            OnWindow = _windows.TryTake, Needed = NeededProperties.Of(By),
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
        if (!_windows.Read(_collector)) WriteWarning(_windows.Nothing);
        _input.Warn(_collector.Warnings);
        var counts = _collector.Counts();
        var view = CountView.Of(By, counts);
        foreach (var count in counts) WriteObject(view.Show(count));
    }
}
