using System.Management.Automation;

namespace KernelMagnifier.Benchmarks.Pipeline;

/// <summary>Emits all prebuilt objects.</summary>
[Cmdlet(VerbsCommunications.Send, "Thing")]
[OutputType(typeof(Thing))]
public sealed class SendThingCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var thing in Thing.All) WriteObject(thing);
    }
}
