using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Lab;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cmdlets;

/// <summary>Test-KmLab: says what the lab lacks on this machine, whether KVM works, and how noisy a guest is.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KmLab", DefaultParameterSetName = CheckSet)]
[OutputType(typeof(LabCheck), typeof(LabNoise), typeof(bool))]
public sealed class TestKmLabCommand : CancellableCommand
{
    private const string CheckSet = "Check", NoiseSet = "Noise";

    /// <summary>Boot a guest and measure for how long its CPUs are away.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NoiseSet)]
    public SwitchParameter Noise { get; set; }

    /// <summary>For how long to measure.</summary>
    [Parameter(ParameterSetName = NoiseSet), Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The kernel.</summary>
    [Parameter(ParameterSetName = NoiseSet), ArgumentCompleter(typeof(LabKernelCompleter)), ValidateNotNullOrEmpty]
    public string Kernel { get; set; } = "bookworm";

    /// <summary>The number of CPUs.</summary>
    [Parameter(ParameterSetName = NoiseSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, LabRunner.MostCpus)]
    public int Cpu { get; set; } = 2;

    /// <summary>What runs the CPUs.</summary>
    [Parameter(ParameterSetName = NoiseSet)]
    [ValidateSet(nameof(LabAccelerator.Auto), nameof(LabAccelerator.Kvm), nameof(LabAccelerator.Emulated))]
    public string Accelerator { get; set; } = nameof(LabAccelerator.Auto);

    /// <summary>The native executable that measures in the guest.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Recorder { get; set; }

    /// <summary>Return True or False instead of rows.</summary>
    [Parameter(ParameterSetName = CheckSet)]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var progress = new WorkProgress(this, "Lab");
        try
        {
            var recorder = ScheduleExecutable.Find(Recorder is null ? null : this.ResolveInFileSystem(Recorder));
            var checks = LabHost.Inspect(recorder, tryKvm: !Quiet, Cancel);
            var isReady = checks.All(row => row.Status != "Missing");
            if (Quiet)
            {
                WriteObject(isReady);
                return;
            }
            WriteObject(checks, enumerateCollection: true);
            if (Noise && isReady) Measure(recorder, progress);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            progress.Done();
        }
    }

    private void Measure(string recorder, WorkProgress progress)
    {
        var plan = new LabPlan
        {
            Kernels = [Kernel.Contains('/', StringComparison.Ordinal) ? this.ResolveInFileSystem(Kernel) : Kernel], Cpus = [Cpu],
            Accelerator = Enum.Parse<LabAccelerator>(Accelerator, ignoreCase: true), Recorder = recorder, Output = "",
        };
        var rows = LabHost.Noise(plan, Duration, now => progress.Report(-1,
            string.Create(CultureInfo.InvariantCulture, $"{now.Stage}, {now.Elapsed.TotalSeconds:0} s"), isSlow: true), Cancel);
        WriteObject(rows, enumerateCollection: true);
        if (rows is [{ Note: { } note }, ..]) WriteWarning(note);
    }
}
