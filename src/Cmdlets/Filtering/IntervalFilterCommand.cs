using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>Base class of the cmdlets that measure intervals. Has the filter parameters.</summary>
public abstract class IntervalFilterCommand : IntervalSelectionCommand
{
    /// <summary>The intervals are longer.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Above { get; set; }

    private protected override long? LongerThan => IsGiven(nameof(Above)) ? DurationText.Nanoseconds(Above) : null;
}
