using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Resume-KmProbe: lets a probe run again that this machine suspended.</summary>
[Cmdlet(VerbsLifecycle.Resume, "KmProbe", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class ResumeKmProbeCommand : PSCmdlet
{
    /// <summary>The probes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Why it may run again.</summary>
    [Parameter(Mandatory = true), ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Reason { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
            try
            {
                var policy = ProbePolicyFile.Find(null);
                if (ShouldProcess(TerminalText.Escape(name), "Let it run again")) ProbeSuspensions.Lift(policy, name, Reason);
            }
            catch (KernelMagnifierException error)
            {
                WriteError(ErrorFactory.Of(error, name));
            }
    }
}
