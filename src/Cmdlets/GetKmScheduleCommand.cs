using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Schedules;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmSchedule: lists the schedules of this machine.</summary>
[Cmdlet(VerbsCommon.Get, "KmSchedule")]
[OutputType(typeof(Schedule))]
public sealed class GetKmScheduleCommand : ScheduleCommand
{
    /// <summary>The names; all if not given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ScheduleNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Name, name => WriteObject(Registry.Get(name)));
}
