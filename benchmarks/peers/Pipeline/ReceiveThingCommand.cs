using System.Management.Automation;

namespace KernelMagnifier.Benchmarks.Pipeline;

/// <summary>Takes objects, adds up their numbers and emits the sum: the least a cmdlet can do with an object.</summary>
[Cmdlet(VerbsCommunications.Receive, "Thing")]
[OutputType(typeof(long))]
public sealed class ReceiveThingCommand : PSCmdlet
{
    private long _sum;

    /// <summary>The object.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public Thing InputObject { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord() => _sum += InputObject.Number;

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(_sum);
}
