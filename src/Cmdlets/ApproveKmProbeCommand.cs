using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>Approve-KmProbe: states that a probe may run.</summary>
[Cmdlet(VerbsLifecycle.Approve, "KmProbe", SupportsShouldProcess = true)]
[OutputType(typeof(Probe))]
public sealed class ApproveKmProbeCommand : ProbeReviewCommand
{
    /// <summary>A remark.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Comment { get; set; }

    /// <summary>When the approval ends.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime? Expires { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
        => State(ReviewAction.Approve, Comment, Expires is { } time ? new DateTimeOffset(time.ToUniversalTime()) : null);
}
