using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>Revoke-KmProbe: states that a probe may no longer run.</summary>
[Cmdlet(VerbsSecurity.Revoke, "KmProbe", SupportsShouldProcess = true)]
[OutputType(typeof(Probe))]
public sealed class RevokeKmProbeCommand : ProbeReviewCommand
{
    /// <summary>Why.</summary>
    [Parameter(Mandatory = true), ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Reason { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => State(ReviewAction.Revoke, Reason);
}
