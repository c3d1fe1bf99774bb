using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Counting;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>Measure-KmCall: counts calls.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KmCall")]
[OutputType(typeof(FunctionCallCount))]
public sealed class MeasureKmCallCommand : PSCmdlet, IReadingReceiver
{
    private CallCollector _collector = null!;
    private CallInput _input = null!;

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
        _input = new CallInput(this, _collector.Add, _collector.Add) { Needed = NeededProperties.Of(By) };
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
        // This type name selects the table view that has the columns of the grouping.
        var view = By == CallGrouping.Function
            ? null
            : $"{typeof(FunctionCallCount).FullName}#{By.ToString().Replace(", ", "+", StringComparison.Ordinal)}";
        foreach (var count in _collector.Counts())
        {
            if (view is null)
            {
                WriteObject(count);
                continue;
            }
            var shown = new PSObject(count);
            shown.TypeNames.Insert(0, view);
            WriteObject(shown);
        }
    }
}
