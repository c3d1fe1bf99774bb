using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>Deny-KmProbe: states that a probe may not run.</summary>
[Cmdlet(VerbsLifecycle.Deny, "KmProbe", SupportsShouldProcess = true)]
[OutputType(typeof(Probe))]
public sealed class DenyKmProbeCommand : ProbeReviewCommand
{
    /// <summary>Why.</summary>
    [Parameter(Mandatory = true), ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Reason { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => State(ReviewAction.Deny, Reason);
}
