using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Schedules;

namespace KernelMagnifier.Cmdlets;

/// <summary>Unregister-KmSchedule: removes a schedule and its files.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "KmSchedule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class UnregisterKmScheduleCommand : ScheduleCommand
{
    /// <summary>The schedules.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ScheduleNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Remove files too that somebody changed.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name =>
    {
        if (ShouldProcess(Text.TerminalText.Escape(name), "Remove the schedule and its files"))
            this.Warn(Registry.Unregister(name, Force));
    });
}
