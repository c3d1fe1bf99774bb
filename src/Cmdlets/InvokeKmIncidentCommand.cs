using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Incidents;
using KernelMagnifier.Incidents;
using KernelMagnifier.Lab;
using KernelMagnifier.Schedules;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads;

namespace KernelMagnifier.Cmdlets;

/// <summary>Invoke-KmIncident: runs the workload of an incident in the lab, and checks what should hold.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KmIncident", DefaultParameterSetName = LabSet, SupportsShouldProcess = true)]
[OutputType(typeof(IncidentResult))]
public sealed class InvokeKmIncidentCommand : CancellableCommand
{
    private const string LabSet = "Lab", RecordingSet = "Recording";

    private readonly List<IncidentResult> _failed = [];

    /// <summary>The incident file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName"), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The kernels.</summary>
    [Parameter(ParameterSetName = LabSet), ArgumentCompleter(typeof(LabKernelCompleter)), ValidateNotNullOrEmpty]
    public string[] Kernel { get; set; } = ["bookworm"];

    /// <summary>The numbers of CPUs.</summary>
    [Parameter(ParameterSetName = LabSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, LabRunner.MostCpus)]
    public int[] Cpu { get; set; } = [2];

    /// <summary>The kernel parameters, a text for each variant.</summary>
    [Parameter(ParameterSetName = LabSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string[] Parameter { get; set; } = [""];

    /// <summary>How often each guest is booted.</summary>
    [Parameter(ParameterSetName = LabSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, LabRunner.MostRuns)]
    public int Count { get; set; } = 5;

    /// <summary>Presets of events to record.</summary>
    [Parameter(ParameterSetName = LabSet), ArgumentCompleter(typeof(PresetCompleter)), ValidateNotNullOrEmpty]
    public string[] Record { get; set; } = ["Scheduling"];

    /// <summary>Another workload to run, or its file.</summary>
    [Parameter, ValidateNotNull]
    public object? Workload { get; set; }

    /// <summary>Other priorities of tasks: @{ hog = 'nice:10'; periodic = 50 }.</summary>
    [Parameter(ParameterSetName = LabSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull]
    public IDictionary Priority { get; set; } = new Hashtable();

    /// <summary>What runs the CPUs.</summary>
    [Parameter(ParameterSetName = LabSet)]
    [ValidateSet(nameof(LabAccelerator.Auto), nameof(LabAccelerator.Kvm), nameof(LabAccelerator.Emulated))]
    public string Accelerator { get; set; } = nameof(LabAccelerator.Auto);

    /// <summary>How long a guest may run.</summary>
    [Parameter(ParameterSetName = LabSet), Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The directory for what the guests leave.</summary>
    [Parameter(ParameterSetName = LabSet), ValidateNotNullOrEmpty]
    public string? Output { get; set; }

    /// <summary>The native executable that records in guests.</summary>
    [Parameter(ParameterSetName = LabSet), ValidateNotNullOrEmpty]
    public string? Recorder { get; set; }

    /// <summary>Recordings, or runs of the lab, to judge instead of running the workload.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RecordingSet), ValidateNotNullOrEmpty, SupportsWildcards]
    public object[] Recording { get; set; } = [];

    /// <summary>Other assertions than those of the incident.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ClaimCompleter))]
    public object[] Assertion { get; set; } = [];

    /// <summary>The incident was recorded on emulated CPUs.</summary>
    [Parameter]
    public SwitchParameter Emulated { get; set; }

    /// <summary>Fail unless all assertions hold.</summary>
    [Parameter]
    public SwitchParameter Assert { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var folder = Directory.CreateTempSubdirectory("km-incident-").FullName;
        try
        {
            var incident = IncidentFile.Extract(this.ResolveInFileSystem(Path, ErrorCode.IncidentNotFound), folder, force: false,
                Cancel);
            foreach (var result in ParameterSetName == RecordingSet ? Given(incident) : InLab(incident)) Take(result);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, Path));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Assert && _failed.Count > 0) ThrowTerminatingError(ErrorFactory.IncidentFailed(_failed[0]));
    }

    private void Take(IncidentResult result)
    {
        if (result.Fidelity is { Verdict: "NotReproduced" } fidelity)
            WriteWarning(TerminalText.Escape(
                $"The load is not that of the incident, so what the assertions say is about another one: "
                + $"{(fidelity.Reasons is [var first, ..] ? first : "")}"));
        if (!result.Passed) _failed.Add(result);
        // A passing test has no output; a failing one says what failed in its error.
        if (!Assert) WriteObject(result);
    }

    private IReadOnlyList<IncidentResult> Given(Incident incident)
    {
        var inputs = new RunInputs(this, nameof(Recording));
        inputs.Add(Recording);
        if (inputs.All.Count == 0 || inputs.HasFailed) return [];
        return [Judge(incident, new WorkloadInput(this).Of(Workload, Cancel) ?? inputs.Workload).Judge(inputs.All)];
    }

    private IReadOnlyList<IncidentResult> InLab(Incident incident)
    {
        var workload = new WorkloadInput(this).Of(Workload, Cancel) ?? incident.Workload
            ?? throw new KernelMagnifierException(ErrorCode.BadRequest, incident.Path, "it has no workload to run.",
                "Give -Workload, or judge recordings with -Recording.");
        var plan = new LabPlan
        {
            Kernels =
                [.. Kernel.Select(name => name.Contains('/', StringComparison.Ordinal) ? this.ResolveInFileSystem(name) : name)],
            Cpus = Cpu, Parameters = Parameter, Count = Count, Presets = Record,
            Accelerator = Enum.Parse<LabAccelerator>(Accelerator, ignoreCase: true),
            Load = new LabLoad { Workload = WorkloadInput.With(workload, Priority) }, Timeout = Timeout,
            Output = this.ResolveInFileSystem(Output ?? LabPlan.DefaultOutput(DateTime.Now)),
            Recorder = ScheduleExecutable.Find(Recorder is null ? null : this.ResolveInFileSystem(Recorder)),
        };
        var what = $"Boot {DisplayText.Count(plan.Cells().Count() * plan.Count, "guest")}";
        return ShouldProcess(TerminalText.Escape(plan.Output), what) ? Judge(incident, workload).Judge(Run(plan)) : [];
    }

    private List<LabRun> Run(LabPlan plan)
    {
        var progress = new WorkProgress(this, "Lab");
        var runs = new List<LabRun>();
        try
        {
            LabRunner.Run(plan, runs.Add, now => progress.Report(now.Number == 0 ? -1 : (now.Number - 1) * 100 / now.Total,
                string.Create(CultureInfo.InvariantCulture,
                    $"{now.Number} of {now.Total}: {now.Stage}, {now.Elapsed.TotalSeconds:0} s"),
                isSlow: true), Cancel);
        }
        finally
        {
            progress.Done();
        }
        return runs;
    }

    private IncidentJudge Judge(Incident incident, Workload? workload)
    {
        var judge = new IncidentJudge(incident, workload, new RecordingOpening(this, Cancel).Open)
        { Next = ClaimInput.Next, Nothing = ClaimInput.Nothing, IsEmulated = Emulated };
        return Assertion.Length == 0 ? judge : judge.With(ClaimInput.Of(this, Assertion));
    }
}
