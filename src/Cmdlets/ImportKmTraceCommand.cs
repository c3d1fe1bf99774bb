using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmTrace: reads recordings of kernel functions.</summary>
[Cmdlet(VerbsData.Import, "KmTrace", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(CallEvent), typeof(CallEdge), typeof(TraceInfo), typeof(KernelEvent))]
public sealed class ImportKmTraceCommand : CallFilterCommand
{
    /// <summary>The name of text from the pipeline in messages.</summary>
    private const string PipelineName = "(pipeline)";

    private MemoryStream? _bytes;
    private StringInput? _strings;
    private ReadingThread? _thread;
    private RecordingImport? _import;
    private readonly NothingFound _found = new();
    private readonly EventsFound _foundEvents = new();
    private StringInput? _later;
    private bool _hasPathArgument, _hasReadPaths;

    /// <summary>
    /// The recordings; <c>-</c> is standard input. From the pipeline also the text of a recording, as programs output it.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNull, AllowEmptyString]
    public string[] Path { get; set; } = [];

    /// <summary>The text of a recording, with the path <c>-</c>.</summary>
    // A path that is given on the command line chooses the set, so that strings from the pipeline need a parameter of it too.
    [Parameter(ParameterSetName = nameof(Path), ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    [AllowNull, AllowEmptyCollection, AllowEmptyString]
    public string[]? Text { get; set; }

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The bytes of one recording, or its lines.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true), LinesAsBytes]
    [ArgumentCompleter(typeof(NoFileCompleter)), AllowEmptyCollection]
    public byte[] InputObject { get; set; } = [];

    /// <summary>Return call edges with counts instead of call events.</summary>
    [Parameter]
    public SwitchParameter AsEdge { get; set; }

    /// <summary>Return a description of the recording instead of its calls.</summary>
    [Parameter]
    public SwitchParameter Info { get; set; }

    /// <summary>Return the kernel events that match these patterns instead of calls.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Event { get; set; } = [];

    /// <summary>Return calls, too, in time order with the events.</summary>
    [Parameter]
    public SwitchParameter WithCall { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    private RecordingImportOptions Options => new(Filter, Map, Instance, AsEdge, Info, _found)
    {
        Event = Event.Length == 0 ? null : EventFilter.Of(Event, Filter, WithCall), FoundEvents = _foundEvents,
        EventPatterns = Event,
    };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _hasPathArgument = MyInvocation.BoundParameters.ContainsKey(nameof(Path));
        if (Info && AsEdge) ThrowTerminatingError(ErrorFactory.Contradiction("-Info and -AsEdge exclude each other.", null));
        if (Info && FirstFilterParameter() is { } parameter) ThrowTerminatingError(ErrorFactory.InfoTakesNoFilter(parameter));
        CheckEvents();
        if (Filter is { NeedsSource: true } && Map is null)
        {
            var cause = Filter.SourcePath.Count > 0 ? nameof(SourcePath) : nameof(ExcludeSourcePath);
            ThrowTerminatingError(ErrorFactory.NeedsSymbolMap(cause));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(InputObject)) (_bytes ??= new MemoryStream()).Write(InputObject);
        else if (ParameterSetName == nameof(LiteralPath))
            foreach (var file in this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound)) ReadFile(file);
        else if (!_hasPathArgument) foreach (var text in Path) Add(text);
        else if (MyInvocation.BoundParameters.ContainsKey(nameof(Text))) ReadText();
        else ReadPaths(Path);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_strings is { Kind: StringsKind.Undecided })
        {
            _strings.End();
            Decided(_strings);
        }
        ReadPaths(_later?.Held ?? []);
        if (_thread is not null) Guarded(_thread.Finish);
        if (_bytes is not null)
        {
            _bytes.Position = 0;
            Import("(bytes)", options => TraceFile.Open(_bytes, "(bytes)", options));
        }
        foreach (var sentence in _foundEvents.Sentences(property => $"-{property}", "Import-KmTrace -Info lists the events of a recording."))
            WriteWarning(TerminalText.Escape(sentence));
        WarnOfUnmatched(_found);
        if (_found.IsNothing && _import is not null) WarnOfNothing(_found, _import.Filters);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _bytes?.Dispose();
            _thread?.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Refuses parameters that have no effect on kernel events.</summary>
    private void CheckEvents()
    {
        if (Event.Length == 0)
        {
            if (WithCall)
                ThrowTerminatingError(ErrorFactory.Contradiction("-WithCall adds calls to the events of -Event, which is missing.", null));
            return;
        }
        if (AsEdge) ThrowTerminatingError(ErrorFactory.Contradiction("-Event and -AsEdge exclude each other: events have no edges.", null));
        if (Info) ThrowTerminatingError(ErrorFactory.InfoTakesNoFilter(nameof(Event)));
        if (WithCall) return;
        if (EventFilter.NotForEvents(Filter) is { } parameter) ThrowTerminatingError(ErrorFactory.NotForEvents(parameter));
        if (Map is not null) ThrowTerminatingError(ErrorFactory.NotForEvents(nameof(SymbolMap)));
    }

    private void ReadPaths(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (path.Length == 0) WriteError(ErrorFactory.EmptyPath());
            else if (path == "-") ReadStandardInput();
            else
                foreach (var file in this.Resolve([path], ErrorCode.TraceNotFound)) ReadFile(file);
        }
    }

    private void ReadFile(string file) => Import(file, options => TraceFile.Open(file, options));

    private void Import(string name, Func<TraceReadOptions, TraceReader> open)
    {
        _import = new RecordingImport(this, name, Options);
        Guarded(() => _import.Run(open, null, Cancel));
    }

    /// <summary>Reads standard input of this process, on a thread of its own: only that thread waits for it.</summary>
    private void ReadStandardInput()
    {
        // In another host, standard input belongs to the host: it can be the connection of a remote session or of a job.
        if (Host.Name != "ConsoleHost" || !Console.IsInputRedirected) ThrowTerminatingError(ErrorFactory.NoStandardInput());
        _import = new RecordingImport(this, "-", Options);
        using var thread = new ReadingThread(
            (own, cancel) => _import.Run(options => TraceFile.Open("-", options), own, cancel), Cancel);
        Guarded(thread.Finish);
    }

    /// <summary>Takes text from the pipeline instead of standard input.</summary>
    private void ReadText()
    {
        if (!Path.Contains("-")) ThrowTerminatingError(ErrorFactory.PathAndText(Path));
        if (!_hasReadPaths) ReadPaths(Path.Where(path => path != "-"));
        _hasReadPaths = true;
        _strings ??= new StringInput(_ => false);
        foreach (var text in Text ?? []) Add(text);
    }

    /// <summary>Takes a string from the pipeline: a path, or text of a recording.</summary>
    private void Add(string text)
    {
        _strings ??= new StringInput(Exists);
        if (_strings.Kind is StringsKind.Text or StringsKind.Unknown) Guarded(() => _thread!.Write(StringInput.Line(text)));
        else if (_strings.Kind == StringsKind.Paths) AddAfterPath(text);
        else
        {
            _strings.Add(text);
            Decided(_strings);
        }
    }

    /// <summary>
    /// Takes a string after a path: another path. Text of a recording is one error instead of one for each line.
    /// </summary>
    private void AddAfterPath(string text)
    {
        if (!text.AsSpan().ContainsAny(" \t\n") || Exists(text))
        {
            ReadPaths([.. _later?.Held ?? [], text]);
            _later = null;
            return;
        }
        _later ??= new StringInput(_ => false);
        _later.Add(text);
        if (_later.Kind != StringsKind.Undecided) ThrowTerminatingError(ErrorFactory.TextAfterPath(text));
    }

    private void Decided(StringInput strings)
    {
        switch (strings.Kind)
        {
            case StringsKind.Paths when !_hasPathArgument:
                ReadPaths(strings.Held);
                break;
            // The readers search further than the head: a trace can follow other text. If there is none, they say so, once.
            case StringsKind.Text or StringsKind.Unknown or StringsKind.Paths:
                _import = new RecordingImport(this, PipelineName, Options);
                _thread = new ReadingThread((own, cancel) => _import.Run(
                    options => TraceFile.Open(new ReadingThreadStream(own), PipelineName, options), own, cancel), Cancel);
                Guarded(() =>
                {
                    foreach (var text in strings.Held) _thread.Write(StringInput.Line(text));
                });
                break;
            case StringsKind.Binary:
                ThrowTerminatingError(ErrorFactory.BinaryInput());
                break;
            case StringsKind.Undecided:
                break;
        }
    }

    /// <summary>Runs a part of a reading. A pipeline that ends early throws through it.</summary>
    private void Guarded(Action part)
    {
        try
        {
            part();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception) when (!Cancel.IsCancellationRequested)
        {
            _thread?.Stop(wait: true);
            _import?.ReportStopped();
            throw;
        }
    }

    private bool Exists(string path) => path == "-" || this.IsPath(path);
}
