using System.Management.Automation;

namespace KernelMagnifier.Benchmarks.Pipeline;

/// <summary>Receives objects and emits the sum of their numbers: the minimum of work per object.</summary>
[Cmdlet(VerbsCommunications.Receive, "Thing")]
[OutputType(typeof(long))]
public sealed class ReceiveThingCommand : PSCmdlet
{
    private long _sum;

    /// <summary>The received object.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public Thing InputObject { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord() => _sum += InputObject.Number;

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(_sum);
}
