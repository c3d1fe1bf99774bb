using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Incidents;
using KernelMagnifier.Cmdlets.Lab;
using KernelMagnifier.Lab;
using KernelMagnifier.Schedules;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Invoke-KmLab: boots stock kernels in guests, and runs and records a load in them.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KmLab", DefaultParameterSetName = ScriptSet, SupportsShouldProcess = true)]
[OutputType(typeof(LabRun))]
public sealed class InvokeKmLabCommand : CancellableCommand
{
    private const string ScriptSet = "Script", BlockSet = "ScriptBlock", CommandSet = "Command", WorkloadSet = "Workload";

    /// <summary>The kernels.</summary>
    [Parameter(Position = 0), ArgumentCompleter(typeof(LabKernelCompleter)), ValidateNotNullOrEmpty]
    public string[] Kernel { get; set; } = [];

    /// <summary>An executable file that the guest runs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ScriptSet), ValidateNotNullOrEmpty]
    public string? Script { get; set; }

    /// <summary>A script block that PowerShell runs in the guest.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BlockSet), ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>A program that the guest sees.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CommandSet), ValidateNotNullOrEmpty]
    public string? Command { get; set; }

    /// <summary>A workload, or its file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WorkloadSet, ValueFromPipeline = true), ValidateNotNull]
    public object? Workload { get; set; }

    /// <summary>The arguments of the script, the script block or the program.</summary>
    [Parameter(ParameterSetName = ScriptSet), Parameter(ParameterSetName = BlockSet), Parameter(ParameterSetName = CommandSet)]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>A kernel image instead of kernels.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? KernelImage { get; set; }

    /// <summary>The modules of the image.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? ModulePath { get; set; }

    /// <summary>The numbers of CPUs.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, LabRunner.MostCpus), ValidateNotNullOrEmpty]
    public int[] Cpu { get; set; } = [2];

    /// <summary>The kernel parameters, a text for each variant.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string[] Parameter { get; set; } = [""];

    /// <summary>Kernel, Cpu and Parameter in one table.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull]
    public IDictionary Matrix { get; set; } = new Hashtable();

    /// <summary>How often each guest is booted.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, LabRunner.MostRuns)]
    public int Count { get; set; } = 1;

    /// <summary>Presets of events to record.</summary>
    [Parameter, ArgumentCompleter(typeof(PresetCompleter)), ValidateNotNullOrEmpty]
    public string[] Record { get; set; } = [];

    /// <summary>Events to record.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] Event { get; set; } = [];

    /// <summary>Approved probes, or programs for bpftrace.</summary>
    [Parameter, ArgumentCompleter(typeof(ProbeNameCompleter)), ValidateNotNullOrEmpty]
    public string[] Probe { get; set; } = [];

    /// <summary>The guest's memory in bytes.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(256L << 20, 1L << 40)]
    public long Memory { get; set; } = 2L << 30;

    /// <summary>The size of a scratch disk in bytes.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(16L << 20, 1L << 40)]
    public long Scratch { get; set; }

    /// <summary>What runs the CPUs.</summary>
    [Parameter, ValidateSet(nameof(LabAccelerator.Auto), nameof(LabAccelerator.Kvm), nameof(LabAccelerator.Emulated))]
    public string Accelerator { get; set; } = nameof(LabAccelerator.Auto);

    /// <summary>How long a guest may boot.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan BootTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a guest may run.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long its heartbeat may be missing.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan HangTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The directory for what the guests leave.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Output { get; set; }

    /// <summary>The native executable that records in guests.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Recorder { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var progress = new WorkProgress(this, "Lab");
        try
        {
            var plan = Plan();
            var what = $"Boot {DisplayText.Count(plan.Cells().Count() * plan.Count, "guest")}";
            if (!ShouldProcess(TerminalText.Escape(plan.Output), what)) return;
            LabRunner.Run(plan, Write, now => progress.Report(
                now.Number == 0 ? -1 : (now.Number - 1) * 100 / now.Total,
                string.Create(CultureInfo.InvariantCulture,
                    $"{now.Number} of {now.Total}: {now.Stage}, {now.Elapsed.TotalSeconds:0} s"), isSlow: true),
                Cancel);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, Kernel));
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

    private void Write(LabRun run)
    {
        WriteObject(run);
        if (run.Reason is not null) WriteError(ErrorFactory.Of(run));
    }

    private LabPlan Plan()
    {
        var matrix = new LabMatrix(Matrix);
        string[] kernels = [.. Kernel, .. matrix.Kernels];
        if (KernelImage is not null && kernels.Length > 0)
            ThrowTerminatingError(ErrorFactory.Contradiction("-Kernel and -KernelImage exclude each other.", KernelImage,
                "Omit one of them."));
        bool IsBound(string name) => MyInvocation.BoundParameters.ContainsKey(name);
        return new LabPlan
        {
            Kernels = kernels.Length > 0 || KernelImage is not null ? [.. kernels.Select(KernelPlace)] : ["bookworm"],
            Image = Place(KernelImage), ModulePath = Place(ModulePath),
            Cpus = matrix.Cpus.Count == 0 ? Cpu : IsBound(nameof(Cpu)) ? [.. Cpu, .. matrix.Cpus] : matrix.Cpus,
            Parameters = matrix.Parameters.Count == 0 ? Parameter
                : IsBound(nameof(Parameter)) ? [.. Parameter, .. matrix.Parameters] : matrix.Parameters,
            Count = Count, Memory = Memory, Scratch = IsBound(nameof(Scratch)) ? Scratch : null,
            Accelerator = Enum.Parse<LabAccelerator>(Accelerator, ignoreCase: true), Load = Load(), Presets = Record,
            Events = Event,
            Probes = [.. Probe.Where(name => !LabPrograms.IsPath(name))],
            Programs = [.. Probe.Where(LabPrograms.IsPath).Select(path => LabPrograms.Read(Place(path)!))],
            BootTimeout = BootTimeout, Timeout = Timeout, HangTimeout = HangTimeout,
            Output = Place(Output ?? LabPlan.DefaultOutput(DateTime.Now))!, Recorder = ScheduleExecutable.Find(Place(Recorder)),
        };
    }

    private LabLoad Load() => new()
    {
        Script = Place(Script), ScriptBlock = ScriptBlock?.ToString(),
        Command = Command is null ? [] : [Command, .. ArgumentList],
        Arguments = Command is null ? ArgumentList : [], Workload = new WorkloadInput(this).Of(Workload, Cancel),
        PowerShellHome = Path.GetDirectoryName(typeof(PSObject).Assembly.Location),
    };

    private string KernelPlace(string name) => name.Contains('/', StringComparison.Ordinal) ? Place(name)! : name;

    private string? Place(string? path) => path is null ? null : this.ResolveInFileSystem(path);
}
