using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Measurements;
using KernelMagnifier.Cmdlets.Schedules;
using KernelMagnifier.Logs;
using KernelMagnifier.Schedules;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Register-KmSchedule: has the machine measure regularly.</summary>
[Cmdlet(VerbsLifecycle.Register, "KmSchedule", DefaultParameterSetName = EventSet, SupportsShouldProcess = true)]
[OutputType(typeof(Schedule))]
public sealed class RegisterKmScheduleCommand : MeasurementPlanCommand
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>When it runs.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CalendarCompleter)), ValidateNotNullOrEmpty]
    public string OnCalendar { get; set; } = "";

    /// <summary>Each run starts up to this much later.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan RandomizedDelay { get; set; }

    /// <summary>What runs it; null for systemd where it runs, else cron.</summary>
    [Parameter, ValidateSet(nameof(ScheduleDefinitionFile.Systemd), nameof(ScheduleDefinitionFile.Cron))]
    public string? Scheduler { get; set; }

    /// <inheritdoc/>
    [Parameter(ParameterSetName = EventSet), ArgumentCompleter(typeof(MeasurementPresetCompleter)), ValidateNotNullOrEmpty]
    public override string[] Preset { get; set; } = [];

    /// <summary>The memory that a run may have, in bytes.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(16L << 20, long.MaxValue)]
    public long MemoryBudget { get; set; } = 256L << 20;

    /// <summary>The most bytes that wait for a target that takes none.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(64L << 10, 1L << 40)]
    public long SpoolSize { get; set; } = LogDelivery.DefaultSpoolSize;

    /// <summary>The executable that runs.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Executable { get; set; }

    /// <summary>Replace a schedule of this name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            Register(new ScheduleRegistry(new SchedulePlace()));
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, Name));
        }
    }

    private void Register(ScheduleRegistry registry)
    {
        var schedule = Definition(ScheduleDefinitionFile.SchedulerOf(Scheduler) ?? registry.Scheduler);
        // With -WhatIf, PowerShell prints the description: the files themselves.
        var caption = $"Register the schedule {TerminalText.Escape(Name)}";
        var description = $"{caption}:\n{SchedulePreview.Text(registry.Preview(schedule))}";
        if (!ShouldProcess(description, $"{caption}?", "Register-KmSchedule")) return;
        var registered = registry.Register(schedule, Force);
        this.Warn(registered);
        WriteObject(registered);
    }

    private ScheduleDefinition Definition(string scheduler)
    {
        LogTarget[] targets = [.. LogTo.Select(LogTarget.Parse)];
        return new ScheduleDefinition
        {
            Name = Name, OnCalendar = OnCalendar, RandomizedDelay = RandomizedDelay, Plan = Plan(MemoryBudget),
            Targets = targets.Length > 0 ? targets : [ScheduleTargets.Default(Name)], SpoolSize = SpoolSize,
            Executable = ScheduleExecutable.Find(Place(Executable)), Scheduler = scheduler, Registered = DateTimeOffset.UtcNow,
        };
    }
}
