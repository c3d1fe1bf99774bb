using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Latency.Paths;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmCriticalPath: returns what a task waited for, through the tasks and interrupts that woke it.</summary>
[Cmdlet(VerbsCommon.Get, "KmCriticalPath", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(PathSegment))]
public sealed class GetKmCriticalPathCommand : CancellableCommand
{
    private RecordingRereading _recordings = null!;

    /// <summary>The recordings.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Intervals, causes or segments, whose task and time range are taken.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSObject? InputObject { get; set; }

    /// <summary>The pid of the task.</summary>
    [Parameter(ParameterSetName = nameof(Path)), Parameter(ParameterSetName = nameof(LiteralPath))]
    [ArgumentCompleter(typeof(TraceNameCompleter)), Alias("Id", "Pid"), ValidateRange(1, int.MaxValue)]
    public int ProcessId { get; set; }

    /// <summary>The name of the task.</summary>
    [Parameter(ParameterSetName = nameof(Path)), Parameter(ParameterSetName = nameof(LiteralPath))]
    [ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string? Comm { get; set; }

    /// <summary>The begin, in seconds or counts of the trace clock.</summary>
    [Parameter(ParameterSetName = nameof(Path)), Parameter(ParameterSetName = nameof(LiteralPath))]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double Since { get; set; }

    /// <summary>The end, in seconds or counts of the trace clock.</summary>
    [Parameter(ParameterSetName = nameof(Path)), Parameter(ParameterSetName = nameof(LiteralPath))]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double Until { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _recordings = new RecordingRereading(this, Instance, Cancel);
        if (IsGiven(nameof(Since)) && IsGiven(nameof(Until)) && Until <= Since)
            ThrowTerminatingError(ErrorFactory.Contradiction($"-Until {Until} is not after -Since {Since}.", Until));
        if (IsGiven(nameof(ProcessId)) && IsGiven(nameof(Comm)))
            ThrowTerminatingError(ErrorFactory.Contradiction("-ProcessId and -Comm both name the task.", Comm, "Omit one of them."));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(InputObject))
        {
            Take(InputObject);
            return;
        }
        if (!IsGiven(nameof(ProcessId)) && !IsGiven(nameof(Comm)))
            ThrowTerminatingError(ErrorFactory.Contradiction(
                "No task is named, and a path is that of a task.", null, "Add -ProcessId or -Comm."));
        var request = new PathRequest(IsGiven(nameof(ProcessId)) ? ProcessId : null, Comm, IsGiven(nameof(Since)) ? Since : null,
            IsGiven(nameof(Until)) ? Until : null);
        if (ParameterSetName == nameof(LiteralPath))
            foreach (var file in this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound)) Read(file, request);
        else
            foreach (var path in Path)
            {
                if (path.Length == 0) WriteError(ErrorFactory.EmptyPath());
                else foreach (var file in this.Resolve([path], ErrorCode.TraceNotFound)) Read(file, request);
            }
    }

    private void Take(PSObject? input)
    {
        RecordingWindow? window = null;
        try
        {
            window = RecordingWindow.Of(input);
        }
        catch (InputException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, input));
        }
        if (window is null)
            ThrowTerminatingError(ErrorFactory.NotAnInterval(input, "an interval, its cause or a segment of a path"));
        if (!window!.CanBeReread) WriteError(ErrorFactory.NoRecordingToReread(window, input));
        else if (window.ProcessId is not { } pid) WriteError(ErrorFactory.NoTask(input));
        else Read(this.ResolveInFileSystem(window.Recording!, ErrorCode.TraceNotFound), new(pid, null, window.Start, window.End));
    }

    private void Read(string file, PathRequest request)
    {
        IReadOnlyList<PathSegment> path = [];
        _recordings.Read(file, reader => path = request.Read(reader, Cancel));
        foreach (var segment in path) WriteObject(segment);
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
