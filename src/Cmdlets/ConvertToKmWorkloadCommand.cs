using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Building;

namespace KernelMagnifier.Cmdlets;

/// <summary>ConvertTo-KmWorkload: makes a workload of a recording, to run it again.</summary>
[Cmdlet(VerbsData.ConvertTo, "KmWorkload", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(Workload))]
public sealed class ConvertToKmWorkloadCommand : CancellableCommand
{
    private RecordingRereading _recordings = null!;
    private WorkloadRequest _request = new();

    /// <summary>The recordings.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The names of the tasks; all tasks of programs if not given.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Comm { get; set; } = [];

    /// <summary>The names of tasks to leave out.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeComm { get; set; } = [];

    /// <summary>The pids of the tasks.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), Alias("Id", "Pid"), ValidateRange(1, int.MaxValue)]
    public int[] ProcessId { get; set; } = [];

    /// <summary>The begin, in seconds of the trace clock.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Since { get; set; }

    /// <summary>The end, in seconds of the trace clock.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Until { get; set; }

    /// <summary>By what run lengths are multiplied.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(WorkloadRequest.LeastScale, WorkloadRequest.MostScale)]
    public double CpuScale { get; set; } = 1;

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _recordings = new RecordingRereading(this, Instance, Cancel);
        if (IsGiven(nameof(Since)) && IsGiven(nameof(Until)) && Until <= Since)
            ThrowTerminatingError(ErrorFactory.Contradiction($"-Until {Until} is not after -Since {Since}.", Until));
        _request = new WorkloadRequest
        {
            Comm = Comm, ExcludeComm = ExcludeComm, ProcessId = ProcessId, Since = IsGiven(nameof(Since)) ? Since : null,
            Until = IsGiven(nameof(Until)) ? Until : null, CpuScale = CpuScale,
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var file in ParameterSetName == nameof(LiteralPath) ? this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound)
            : this.Resolve(Path, ErrorCode.TraceNotFound))
        {
            Workload? workload = null;
            _recordings.Read(file, reader => workload = _request.Read(
                reader, property => $"-{property}", warning => WriteWarning(TerminalText.Escape(warning)), Cancel));
            if (workload is not null) WriteObject(workload);
        }
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
