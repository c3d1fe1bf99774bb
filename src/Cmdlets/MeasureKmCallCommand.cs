using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>Measure-KmCall: counts calls.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KmCall")]
[OutputType(typeof(FunctionCallCount))]
public sealed class MeasureKmCallCommand : PSCmdlet, IReadingReceiver
{
    private CallCollector _collector = null!;

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
    protected override void BeginProcessing() => _collector = new CallCollector(By, forReport: true);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var input = InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject;
        try
        {
            if (input is CallEvent call) _collector.Add(call);
            else if (input is CallEdge edge) _collector.Add(edge);
            else ThrowTerminatingError(ErrorFactory.NotACall(InputObject));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, input));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
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
