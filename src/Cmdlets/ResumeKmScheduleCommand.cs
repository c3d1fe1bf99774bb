using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Schedules;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cmdlets;

/// <summary>Resume-KmSchedule: ends the suspension of a schedule.</summary>
[Cmdlet(VerbsLifecycle.Resume, "KmSchedule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Schedule))]
public sealed class ResumeKmScheduleCommand : ScheduleCommand
{
    /// <summary>The schedules.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ScheduleNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name =>
    {
        if (ShouldProcess(Text.TerminalText.Escape(name), "Let the schedule measure again")) WriteObject(Registry.Resume(name));
    });
}
