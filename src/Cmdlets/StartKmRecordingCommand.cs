using System.Management.Automation;
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

    /// <summary>Functions.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Function { get; set; } = [];

    /// <summary>Functions to leave out.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeFunction { get; set; } = [];

    /// <summary>Modules whose functions are recorded.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Module { get; set; } = [];

    /// <summary>Modules to leave out.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeModule { get; set; } = [];

    /// <summary>Source paths of the functions.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] SourcePath { get; set; } = [];

    /// <summary>Source paths to leave out.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] ExcludeSourcePath { get; set; } = [];

    /// <summary>Events, as system:event.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Event { get; set; } = [];

    /// <summary>The tracer.</summary>
    [Parameter]
    public RecordingTracer Tracer { get; set; }

    /// <summary>Functions whose calls a graph follows.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] GraphRoot { get; set; } = [];

    /// <summary>How many calls deep.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int MaxDepth { get; set; }

    /// <summary>CPUs.</summary>
    [Parameter, NumberList, ValidateNotNullOrEmpty]
    public int[] Cpu { get; set; } = [];

    /// <summary>Processes, with what they start.</summary>
    [Parameter, NumberList, ValidateNotNullOrEmpty, Alias("Id")]
    public int[] ProcessId { get; set; } = [];

    /// <summary>A program to start and record.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Command { get; set; }

    /// <summary>Its arguments.</summary>
    [Parameter, Alias("Args"), ValidateNotNull, AllowEmptyString, AllowEmptyCollection]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>How long: seconds, or a TimeSpan.</summary>
    [Parameter, Seconds]
    public TimeSpan Duration { get; set; }

    /// <summary>Ends the recording at this size.</summary>
    [Parameter, ValidateRange(1L, long.MaxValue)]
    public long MaxSize { get; set; }

    /// <summary>Ends the recording when less than this is free.</summary>
    [Parameter, ValidateRange(0L, long.MaxValue)]
    public long MinFree { get; set; } = 256L << 20;

    /// <summary>The kernel's buffer, per CPU.</summary>
    [Parameter, ValidateRange(4096L, long.MaxValue)]
    public long BufferSize { get; set; }

    /// <summary>Flight recorder.</summary>
    [Parameter]
    public SwitchParameter Overwrite { get; set; }

    /// <summary>The trace clock.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Clock { get; set; }

    /// <summary>Trace options of the kernel.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] TraceOption { get; set; } = [];

    /// <summary>What the file is.</summary>
    [Parameter]
    public RecordingFormat Format { get; set; }

    /// <summary>Packs the trace at the end.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <summary>Lets everybody read the file.</summary>
    [Parameter]
    public SwitchParameter WorldReadable { get; set; }

    /// <summary>Records this process too.</summary>
    [Parameter]
    public SwitchParameter IncludeSelf { get; set; }

    /// <summary>Discards what somebody left unread at the top level.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns at once, with a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        bool Given(string name) => MyInvocation.BoundParameters.ContainsKey(name);
        var asked = new RecordingRequest
        {
            Path = this.ResolveInFileSystem(Path),
            Function = Function, ExcludeFunction = ExcludeFunction, Module = Module, ExcludeModule = ExcludeModule,
            SourcePath = SourcePath, ExcludeSourcePath = ExcludeSourcePath, SourceResolver = Map,
            Event = Event, Tracer = Given(nameof(Tracer)) ? Tracer : null, GraphRoot = GraphRoot, MaxDepth = MaxDepth,
            Cpu = Cpu, ProcessId = ProcessId, Command = Command, ArgumentList = ArgumentList,
            Duration = Given(nameof(Duration)) ? Duration : null, MaxSize = Given(nameof(MaxSize)) ? MaxSize : null, MinFree = MinFree,
            BufferSize = Given(nameof(BufferSize)) ? BufferSize : null, Overwrite = Overwrite, Clock = Clock, TraceOption = TraceOption,
            Format = Format, Compress = Compress, WorldReadable = WorldReadable, IncludeSelf = IncludeSelf, Force = Force,
        };
        if (!ShouldProcess(TerminalText.Escape(asked.Path), TerminalText.Escape($"Record {asked}"))) return;
        try
        {
            var session = Recorder.Start(asked, SessionState.Path.CurrentFileSystemLocation.ProviderPath);
            foreach (var left in session.Recovered) WriteWarning(TerminalText.Escape($"Recovered {left.Path}: {left.Events:N0} events. {string.Join(' ', left.Warnings)}"));
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
            ThrowTerminatingError(ErrorFactory.Of(error, asked.Path));
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

    private RecordingResult Follow(RecordingSession session)
    {
        // A record of its own each time: who keeps them, as a stream of a pipeline does, keeps what was then.
        ProgressRecord Bar(RecordingProgress now) => new(
            session.Path.GetHashCode(StringComparison.Ordinal) & int.MaxValue,
            $"Recording {TerminalText.Escape(session.Path)}",
            $"{now.Elapsed.TotalSeconds:0.0} s, {now.Events:N0} events, {now.EventsPerSecond:N0}/s, {Sizes.Format(now.Bytes)}, {now.LostEvents:N0} lost")
        {
            PercentComplete = now.PercentOf(session.Request) ?? -1,
            SecondsRemaining = session.Request.Duration is { } whole ? (int)Math.Max(0, (whole - now.Elapsed).TotalSeconds) : -1,
        };

        while (!session.Ended.WaitOne(250))
        {
            if (!_stopped) WriteProgress(Bar(session.Progress));
        }
        var recording = session.Wait();
        if (_stopped) return recording;
        var end = Bar(session.Progress);
        end.RecordType = ProgressRecordType.Completed;
        WriteProgress(end);
        foreach (var warning in recording.Warnings) WriteWarning(TerminalText.Escape(warning));
        return recording;
    }
}
