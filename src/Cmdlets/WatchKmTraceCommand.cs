using System.Diagnostics;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Replay;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Watch-KmTrace: delivers the calls and events of a recording when they happened, or of the running kernel.</summary>
[Cmdlet(VerbsCommon.Watch, "KmTrace", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(CallEvent), typeof(KernelEvent), typeof(string))]
public sealed class WatchKmTraceCommand : CallFilterCommand
{
    /// <summary>EPIPE.</summary>
    private const int BrokenPipe = 32;

    /// <summary>The name of text from the pipeline in messages.</summary>
    private const string PipelineName = "(pipeline)";

    // Only the thread of the pipeline may write objects, and a command before this one can pause for long after a line.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20), Delivery = TimeSpan.FromMilliseconds(250);

    private readonly NothingFound _found = new();
    private readonly EventsFound _foundEvents = new();
    private RecordingImport? _import;
    private OutputFile? _destination;
    private StringInput? _strings;
    private ReadingThread? _thread;
    private long _lastText;
    private bool _isClosed, _hasPathArgument;

    /// <summary>
    /// The recordings; <c>-</c> is standard input, also while it grows. From the pipeline also the text of a recording, as it comes.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNull, AllowEmptyString]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Watch the running kernel.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Live))]
    public SwitchParameter Live { get; set; }

    /// <summary>Presets of events to watch.</summary>
    [Parameter(ParameterSetName = nameof(Live)), ArgumentCompleter(typeof(PresetCompleter)), ValidateNotNullOrEmpty]
    public string[] Preset { get; set; } = [];

    /// <summary>The size of the kernel's ring buffer of each CPU, in bytes.</summary>
    [Parameter(ParameterSetName = nameof(Live)), ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(4096L, long.MaxValue)]
    public long BufferSize { get; set; }

    /// <summary>How long the running kernel is watched.</summary>
    [Parameter(ParameterSetName = nameof(Live)), ArgumentCompleter(typeof(NoFileCompleter)), Seconds]
    public TimeSpan Duration { get; set; }

    /// <summary>Return the kernel events that match these patterns.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Event { get; set; } = [];

    /// <summary>Return calls, too, in time order with the events.</summary>
    [Parameter]
    public SwitchParameter WithCall { get; set; }

    /// <summary>The speed: 1 is that of the recording.</summary>
    [Parameter(ParameterSetName = nameof(Path)), Parameter(ParameterSetName = nameof(LiteralPath))]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(ReplayPace.Slowest, ReplayPace.Fastest)]
    public double Speed { get; set; } = 1;

    /// <summary>Deliver everything as fast as possible.</summary>
    [Parameter(ParameterSetName = nameof(Path)), Parameter(ParameterSetName = nameof(LiteralPath))]
    public SwitchParameter AsFastAsPossible { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter(ParameterSetName = nameof(Path)), Parameter(ParameterSetName = nameof(LiteralPath))]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <summary>Return lines as the kernel's trace_pipe has them, instead of objects.</summary>
    [Parameter]
    public SwitchParameter AsText { get; set; }

    /// <summary>The file or FIFO that receives the lines.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _hasPathArgument = MyInvocation.BoundParameters.ContainsKey(nameof(Path));
        if (AsFastAsPossible && MyInvocation.BoundParameters.ContainsKey(nameof(Speed)))
            ThrowTerminatingError(ErrorFactory.Contradiction("-Speed and -AsFastAsPossible exclude each other.", Speed));
        if (Destination is not null && !AsText)
            ThrowTerminatingError(ErrorFactory.Contradiction(
                "-Destination receives the text of -AsText, which is missing.", Destination));
        CheckEvents();
        if (Filter is { NeedsSource: true } && Map is null)
            ThrowTerminatingError(ErrorFactory.NeedsSymbolMap(
                Filter.SourcePath.Count > 0 ? nameof(SourcePath) : nameof(ExcludeSourcePath)));
        if (Live && Filter is { NeedsGraph: true })
            ThrowTerminatingError(ErrorFactory.Contradiction(
                $"-{(Root.Length > 0 ? nameof(Root) : nameof(MinCount))} needs all calls of a recording, and -Live has no end.",
                null));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Live) Guarded(WatchLive);
        else if (ParameterSetName == nameof(LiteralPath))
            foreach (var file in this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound)) WatchFile(file);
        else if (_hasPathArgument) WatchPaths(Path);
        else foreach (var text in Path) Add(text);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_strings is { Kind: StringsKind.Undecided })
        {
            _strings.End();
            Decided(_strings);
        }
        if (_thread is not null) Guarded(_thread.Finish);
        if (_destination is not null) Guarded(_destination.Commit);
        foreach (var sentence in _foundEvents.Sentences(
            property => $"-{property}", "Import-KmTrace -Info lists the events of a recording."))
            WriteWarning(TerminalText.Escape(sentence));
        WarnOfUnmatched(_found);
        if (_found.IsNothing && _import is not null) WarnOfNothing(_found, _import.Filters);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _thread?.Dispose();
            _destination?.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Refuses parameters that have no effect on kernel events.</summary>
    private void CheckEvents()
    {
        if (Live) return;
        if (Event.Length == 0)
        {
            if (WithCall)
                ThrowTerminatingError(ErrorFactory.Contradiction(
                    "-WithCall adds calls to the events of -Event, which is missing.", null));
            return;
        }
        if (WithCall) return;
        if (EventFilter.NotForEvents(Filter) is { } parameter) ThrowTerminatingError(ErrorFactory.NotForEvents(parameter));
        if (Map is not null) ThrowTerminatingError(ErrorFactory.NotForEvents(nameof(SymbolMap)));
    }

    private void WatchPaths(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (path.Length == 0) WriteError(ErrorFactory.EmptyPath());
            else if (path == "-") WatchStandardInput();
            else foreach (var file in this.Resolve([path], ErrorCode.TraceNotFound)) WatchFile(file);
        }
    }

    private void WatchFile(string file)
        => Guarded(() => Import(file).Run(options => TraceFile.Open(file, options), null, Cancel));

    /// <summary>Takes a string from the pipeline: a path, or text of a recording.</summary>
    private void Add(string text)
    {
        _strings ??= new StringInput(path => path == "-" || this.IsPath(path));
        if (_strings.Kind is StringsKind.Text or StringsKind.Unknown) Guarded(() => Write(_thread!, text));
        else if (_strings.Kind == StringsKind.Paths) WatchPaths([text]);
        else
        {
            _strings.Add(text);
            Decided(_strings);
        }
    }

    private void Decided(StringInput strings)
    {
        if (strings.Kind == StringsKind.Undecided) return;
        if (strings.Kind == StringsKind.Paths) WatchPaths(strings.Held);
        else if (strings.Kind == StringsKind.Binary) ThrowTerminatingError(ErrorFactory.BinaryInput());
        else
        {
            var import = Import(PipelineName, comesByItself: true);
            _thread = new ReadingThread((own, cancel) => import.Run(
                options => TraceFile.Open(new ReadingThreadStream(own), PipelineName, options), own, cancel), Cancel);
            Guarded(() =>
            {
                foreach (var text in strings.Held) Write(_thread, text);
            });
        }
    }

    /// <summary>Passes a string to the reading. After a pause, its objects are waited for: the next string can be far.</summary>
    private void Write(ReadingThread thread, string text)
    {
        var isAfterPause = Stopwatch.GetElapsedTime(_lastText) >= Pause;
        thread.Write(StringInput.Line(text));
        if (isAfterPause) thread.RunNext(Delivery);
        _lastText = Stopwatch.GetTimestamp();
    }

    /// <summary>Reads standard input of this process, on a thread of its own: only that thread waits for it.</summary>
    private void WatchStandardInput()
    {
        // In another host, standard input belongs to the host: it can be the connection of a remote session or of a job.
        if (Host.Name != "ConsoleHost" || !Console.IsInputRedirected) ThrowTerminatingError(ErrorFactory.NoStandardInput());
        Guarded(() =>
        {
            var import = Import("-");
            using var thread = new ReadingThread(
                (own, cancel) => import.Run(options => TraceFile.Open("-", options), own, cancel), Cancel);
            thread.Finish();
        });
    }

    private void WatchLive()
    {
        var request = new LiveWatchRequest
        {
            Presets = Preset, Events = Event, Functions = Function, ExcludedFunctions = ExcludeFunction, Modules = Module,
            ExcludedModules = ExcludeModule,
            BufferSize = MyInvocation.BoundParameters.ContainsKey(nameof(BufferSize)) ? BufferSize : null,
            Duration = MyInvocation.BoundParameters.ContainsKey(nameof(Duration)) ? Duration : null,
            Reading = new TraceReadOptions { SourceResolver = Map, Cancel = Cancel },
        };
        var events = request.HasEvents ? EventFilter.Of(["*"], Filter, request.HasFunctions) : null;
        var import = new RecordingImport(this, "-Live", Options(null, grows: false) with { Event = events });
        _import = import;
        LiveTracing tracing;
        try
        {
            tracing = LiveWatch.Start(request);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, "-Live"));
            throw;
        }
        using (tracing)
        {
            foreach (var warning in tracing.Warnings) WriteWarning(TerminalText.Escape(warning));
            tracing.Read(reader => import.Run(_ => reader, null, Cancel, leavesOpen: true), Cancel);
        }
        foreach (var problem in tracing.Problems) WriteWarning(TerminalText.Escape(problem));
    }

    private RecordingImport Import(string name) => Import(name, ReplayPace.ComesByItself(name));

    private RecordingImport Import(string name, bool comesByItself)
    {
        double? speed = AsFastAsPossible ? null
            : MyInvocation.BoundParameters.ContainsKey(nameof(Speed)) ? Speed : comesByItself ? null : 1;
        return _import = new RecordingImport(this, name, Options(speed, comesByItself));
    }

    private RecordingImportOptions Options(double? speed, bool grows)
        => new(Filter, Map, Instance, AsEdge: false, Info: false, _found)
        {
            Event = Event.Length == 0 ? null : EventFilter.Of(Event, Filter, WithCall), FoundEvents = _foundEvents,
            Watch = new WatchOptions(speed, grows) { AsText = AsText, Text = TextDestination() },
        };

    /// <summary>Opens the destination. A FIFO is waited for until somebody reads it.</summary>
    private Stream? TextDestination()
    {
        if (Destination is null) return null;
        try
        {
            _destination ??= OutputFile.Create(this.ResolveInFileSystem(Destination), force: true, cancel: Cancel);
            return _destination.Stream;
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, Destination));
            throw;
        }
    }

    /// <summary>Runs a part of a reading. A pipeline that ends early throws through it.</summary>
    private void Guarded(Action part)
    {
        if (_isClosed) return;
        try
        {
            part();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (IOException error) when (_destination is not null && error.HResult == BrokenPipe)
        {
            // Whoever read the FIFO needs no more.
            _isClosed = true;
        }
        catch (Exception) when (!Cancel.IsCancellationRequested)
        {
            _thread?.Stop(wait: true);
            _import?.ReportStopped();
            throw;
        }
    }
}
