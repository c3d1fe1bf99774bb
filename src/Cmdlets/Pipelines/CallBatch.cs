using System.Management.Automation;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>Calls that one cmdlet of this module gives to the next as one object of the pipeline.</summary>
/// <remarks>
/// For each object that a cmdlet receives, PowerShell binds parameters, which takes longer than creating the call. No other
/// command sees a batch: <see cref="IsReceivedAfter"/> is true only if the next cmdlet takes its calls out.
/// </remarks>
internal sealed class CallBatch
{
    /// <summary>The most calls of a batch: few enough to stay in the caches from one cmdlet to the next.</summary>
    public const int MostCalls = 256;

    private readonly CallEvent[] _calls;
    private readonly int _count;

    /// <summary>Creates a batch.</summary>
    /// <param name="calls">The calls, which are not copied.</param>
    /// <param name="count">The number of them.</param>
    public CallBatch(CallEvent[] calls, int count) => (_calls, _count) = (calls, count);

    /// <summary>The calls.</summary>
    public ReadOnlySpan<CallEvent> Calls => _calls.AsSpan(0, _count);

    /// <summary>
    /// Whether a cmdlet can write batches: the next cmdlet takes them, and nothing else receives what is written.
    /// </summary>
    public static bool IsReceivedAfter(PSCmdlet cmdlet)
        => !cmdlet.MyInvocation.BoundParameters.ContainsKey("OutBuffer") && !ReadingHandover.CollectsObjects(cmdlet)
            && PipelineInspection.NextCmdlet(cmdlet) is { } next and IReadingReceiver { TakesBatches: true }
            // With a value on the command line, each object from the pipeline is an error of its own.
            && !next.MyInvocation.BoundParameters.ContainsKey(nameof(SelectKmCallCommand.InputObject));
}
