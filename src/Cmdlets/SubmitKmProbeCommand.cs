using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>Submit-KmProbe: states that a probe is ready for review.</summary>
[Cmdlet(VerbsLifecycle.Submit, "KmProbe", SupportsShouldProcess = true)]
[OutputType(typeof(Probe))]
public sealed class SubmitKmProbeCommand : ProbeReviewCommand
{
    /// <summary>A remark for the reviewers.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Comment { get; set; }

    /// <summary>Submit without a signature, for policies that need none.</summary>
    [Parameter]
    public SwitchParameter Unsigned { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => State(ReviewAction.Submit, Comment, isSigned: !Unsigned);
}
