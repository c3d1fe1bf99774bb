using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Measurements;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Invoke-KmMeasurement: measures the running kernel once, without a recording.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KmMeasurement", DefaultParameterSetName = EventSet, SupportsShouldProcess = true)]
[OutputType(typeof(Measurement))]
public sealed class InvokeKmMeasurementCommand : MeasurementPlanCommand
{
    // What the machine needs to be as it was.
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(40), DeliveryLimit = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    [Parameter(Position = 0, ParameterSetName = EventSet), ArgumentCompleter(typeof(MeasurementPresetCompleter))]
    [ValidateNotNullOrEmpty]
    public override string[] Preset { get; set; } = [];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            // The process of PowerShell is not the measurement's alone, so its memory has no budget.
            var plan = Plan(memoryBudget: long.MaxValue);
            LogTarget[] targets = [.. LogTo.Select(LogTarget.Parse)];
            var what = Probe ?? string.Join(", ", plan.Presets.Concat(plan.Kinds.Select(kind => kind.ToString())));
            if (!ShouldProcess(Environment.MachineName, TerminalText.Escape($"Measure {what} for {Duration}"))) return;
            Run(plan, targets);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, Probe ?? (object)Preset));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Measures on a thread of its own, so that Ctrl-C ends it at once and progress is shown.</summary>
    private void Run(MeasurementPlan plan, LogTarget[] targets)
    {
        var progress = new WorkProgress(this, "Measuring");
        using var thread = new ReadingThread((own, cancel) =>
        {
            void Show(double share) => own.Post(() => progress.Report((int)(share * 100), $"{share * 100:0} %"));
            var record = Measurer.Run(plan, Show, cancel);
            var results = targets.Length == 0 ? []
                : new LogDelivery(LogDelivery.DefaultSpoolDirectory, LogDelivery.DefaultSpoolSize)
                    .Deliver(record, targets, DeliveryLimit, cancel);
            own.Post(() => Emit(record, results));
        }, Cancel);
        try
        {
            thread.Finish();
        }
        finally
        {
            progress.Done();
            thread.Stop(wait: true, EndLimit);
        }
    }

    private void Emit(Measurement record, IReadOnlyList<LogDeliveryResult> results)
    {
        foreach (var warning in record.Warnings) WriteWarning(TerminalText.Escape(warning));
        WriteObject(record);
        foreach (var message in results.SelectMany(result => result.Messages())) WriteWarning(TerminalText.Escape(message));
    }
}
