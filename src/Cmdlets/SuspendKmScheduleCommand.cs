using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Schedules;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cmdlets;

/// <summary>Suspend-KmSchedule: has the runs of a schedule leave records that say why they measured nothing.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "KmSchedule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Schedule))]
public sealed class SuspendKmScheduleCommand : ScheduleCommand
{
    /// <summary>The schedules.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ScheduleNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Why.</summary>
    [Parameter(Mandatory = true), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string Reason { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name =>
    {
        if (ShouldProcess(Text.TerminalText.Escape(name), "Suspend the schedule")) WriteObject(Registry.Suspend(name, Reason));
    });
}
