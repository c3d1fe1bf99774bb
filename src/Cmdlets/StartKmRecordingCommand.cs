using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Start-KmRecording: records the running kernel.</summary>
[Cmdlet(VerbsLifecycle.Start, "KmRecording", SupportsShouldProcess = true)]
[OutputType(typeof(RecordingResult), typeof(RecordingJob))]
public sealed class StartKmRecordingCommand : SymbolMapCommand
{
    private readonly Lock _lock = new();
    private RecordingSession? _session;
    private bool _stopped;

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Names of the functions to record.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Function { get; set; } = [];

    /// <summary>Names of functions to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeFunction { get; set; } = [];

    /// <summary>Modules whose functions are recorded.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Module { get; set; } = [];

    /// <summary>Modules to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeModule { get; set; } = [];

    /// <summary>Source paths of the functions to record.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] SourcePath { get; set; } = [];

    /// <summary>Source paths of functions to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeSourcePath { get; set; } = [];

    /// <summary>Kernel events, as system:event.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Event { get; set; } = [];

    /// <summary>Presets of events.</summary>
    [Parameter, ArgumentCompleter(typeof(PresetCompleter)), ValidateNotNullOrEmpty]
    public string[] Preset { get; set; } = [];

    /// <summary>Filters of events, in the kernel's language.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), EventText, ValidateNotNullOrEmpty]
    public string[] EventFilter { get; set; } = [];

    /// <summary>Events to record with the kernel's stack.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] EventStack { get; set; } = [];

    /// <summary>Triggers of events, in the kernel's language.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), EventText, ValidateNotNullOrEmpty]
    public string[] EventTrigger { get; set; } = [];

    /// <summary>The tracer.</summary>
    [Parameter]
    public RecordingTracer Tracer { get; set; }

    /// <summary>With the function_graph tracer, the functions whose calls are recorded.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] GraphRoot { get; set; } = [];

    /// <summary>With the function_graph tracer, the largest depth of calls.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, int.MaxValue)]
    public int MaxDepth { get; set; }

    /// <summary>CPU numbers.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), NumberList, ValidateNotNullOrEmpty]
    public int[] Cpu { get; set; } = [];

    /// <summary>Ids of processes to record, with their threads and children.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), NumberList, ValidateNotNullOrEmpty, Alias("Id")]
    public int[] ProcessId { get; set; } = [];

    /// <summary>A program to start and record.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Command { get; set; }

    /// <summary>The arguments of <see cref="Command"/>.</summary>
    [Parameter, Alias("Args"), ValidateNotNull, AllowEmptyString, AllowEmptyCollection]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>The duration of the recording.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), Seconds]
    public TimeSpan Duration { get; set; }

    /// <summary>The size at which the recording ends, in bytes.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1L, long.MaxValue)]
    public long MaxSize { get; set; }

    /// <summary>The free disk space at which the recording ends, in bytes.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(0L, long.MaxValue)]
    public long MinFree { get; set; } = 256L << 20;

    /// <summary>The size of the ring buffer of each CPU, in bytes.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(4096L, long.MaxValue)]
    public long BufferSize { get; set; }

    /// <summary>Overwrite the oldest events in the ring buffer, and write the file at the end.</summary>
    [Parameter]
    public SwitchParameter Overwrite { get; set; }

    /// <summary>The trace clock.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? Clock { get; set; }

    /// <summary>Trace options of the kernel.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] TraceOption { get; set; } = [];

    /// <summary>The format of the file.</summary>
    [Parameter]
    public RecordingFormat Format { get; set; }

    /// <summary>Compress the file at the end.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <summary>Let all users read the file.</summary>
    [Parameter]
    public SwitchParameter WorldReadable { get; set; }

    /// <summary>Record the PowerShell process too.</summary>
    [Parameter]
    public SwitchParameter IncludeSelf { get; set; }

    /// <summary>Discard unread events in the top-level buffer.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return a job immediately.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var request = Request();
        try
        {
            if (!ShouldProcess(TerminalText.Escape(request.Path), TerminalText.Escape($"Record {request.Explain()}"))) return;
            var session = Recorder.Start(request, SessionState.Path.CurrentFileSystemLocation.ProviderPath);
            foreach (var recovered in session.Recovered)
            {
                WriteWarning(TerminalText.Escape(
                    $"Recovered {recovered.Path}: {recovered.Events:N0} events. {string.Join(' ', recovered.Warnings)}"));
            }
            if (AsJob)
            {
                var job = new RecordingJob(session, MyInvocation.Line);
                JobRepository.Add(job);
                WriteObject(job);
                return;
            }
            lock (_lock)
            {
                _session = session;
                if (_stopped) session.Stop();
            }
            using (session) WriteObject(Follow(session));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, request.Path));
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        lock (_lock)
        {
            _stopped = true;
            _session?.Stop();
        }
        base.StopProcessing();
    }

    private RecordingRequest Request()
    {
        bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
        return new RecordingRequest
        {
            Path = this.ResolveInFileSystem(Path),
            Function = Function, ExcludeFunction = ExcludeFunction, Module = Module, ExcludeModule = ExcludeModule,
            SourcePath = SourcePath, ExcludeSourcePath = ExcludeSourcePath, SourceResolver = Map,
            Preset = Preset, Event = Event, EventStack = EventStack,
            EventFilter = [.. EventFilter.Select(Recording.EventText.Parse)],
            EventTrigger = [.. EventTrigger.Select(Recording.EventText.Parse)],
            Tracer = IsGiven(nameof(Tracer)) ? Tracer : null, GraphRoot = GraphRoot, MaxDepth = MaxDepth,
            Cpu = Cpu, ProcessId = ProcessId, Command = Command, ArgumentList = ArgumentList,
            Duration = IsGiven(nameof(Duration)) ? Duration : null, MaxSize = IsGiven(nameof(MaxSize)) ? MaxSize : null,
            MinFree = MinFree, BufferSize = IsGiven(nameof(BufferSize)) ? BufferSize : null, Overwrite = Overwrite,
            Clock = Clock, TraceOption = TraceOption, Format = Format, Compress = Compress, WorldReadable = WorldReadable,
            IncludeSelf = IncludeSelf, Force = Force,
        };
    }

    /// <summary>Reports the progress until the recording ends.</summary>
    private RecordingResult Follow(RecordingSession session)
    {
        var shown = false;
        while (!session.Ended.WaitOne(250))
        {
            if (_stopped || session.Progress.Elapsed.TotalSeconds < 1 || !WorkProgress.IsPossible(this)) continue;
            WriteProgress(Progress(session));
            shown = true;
        }
        var recording = session.Wait();
        if (_stopped) return recording;
        if (shown)
        {
            var end = Progress(session);
            end.RecordType = ProgressRecordType.Completed;
            WriteProgress(end);
        }
        foreach (var warning in recording.Warnings) WriteWarning(TerminalText.Escape(warning));
        return recording;
    }

    // A new record each time, because the progress stream keeps a reference to each.
    private static ProgressRecord Progress(RecordingSession session)
    {
        var now = session.Progress;
        var status = $"{now.Elapsed.TotalSeconds:0.0} s, {now.Events:N0} events, {now.EventsPerSecond:N0}/s, "
            + $"{Sizes.Format(now.Bytes)}, {now.LostEvents:N0} lost";
        var id = session.Path.GetHashCode(StringComparison.Ordinal) & int.MaxValue;
        return new ProgressRecord(id, $"Recording {TerminalText.Escape(session.Path)}", status)
        {
            PercentComplete = now.PercentOf(session.Request) ?? -1,
            SecondsRemaining = session.Request.Duration is { } whole ? (int)Math.Max(0, (whole - now.Elapsed).TotalSeconds) : -1,
        };
    }
}
