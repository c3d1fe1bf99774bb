using System.Management.Automation;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>Measure-KmCall: counts calls.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KmCall")]
[OutputType(typeof(FunctionCallCount))]
public sealed class MeasureKmCallCommand : PSCmdlet, ICallCounter
{
    private CallCollector _collector = null!;

    /// <summary>Call events or call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    /// <summary>What to count by; several count per combination.</summary>
    [Parameter(Position = 0)]
    public CallGrouping By { get; set; } = CallGrouping.Function;

    CallCollector? ICallCounter.Collector => _collector;

    CallFilter? ICallCounter.Passing => null;

    SymbolMap? ICallCounter.Sources => null;

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
        // The name chooses the table view, which shows what was counted by.
        var view = By == CallGrouping.Function ? null : $"{typeof(FunctionCallCount).FullName}#{By.ToString().Replace(", ", "+", StringComparison.Ordinal)}";
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
