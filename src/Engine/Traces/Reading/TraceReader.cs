using KernelMagnifier.Files;
using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Reads one recording and delivers batches of <see cref="CallRecord"/> to a <see cref="CallSink"/>.
/// <see cref="TraceFile.Open(string, TraceReadOptions?)"/> returns the reader of a file.
/// </summary>
internal abstract class TraceReader : IDisposable
{
    private readonly InputFile? _input;

    private protected TraceReader(InputFile input, TraceReadOptions options)
    {
        (_input, Options) = (input, options);
        InputIdentity[] recording = input.Identity is { } file ? [new InputIdentity(input.Name, file)] : [];
        Source = new TraceSource(input.Name) { Inputs = [.. recording, .. options.SourceResolver?.Inputs ?? []] };
        Description = new TraceInfoBuilder(Source) { Compression = input.Compression };
        Names = new CallNames(options.SourceResolver) { Budget = options.Budget };
    }

    /// <summary>Creates a reader of events that are in no file.</summary>
    /// <param name="name">What they are read from; empty for none.</param>
    /// <param name="options">How to read.</param>
    private protected TraceReader(string name, TraceReadOptions options)
    {
        Options = options;
        Source = new TraceSource(name);
        Description = new TraceInfoBuilder(Source);
        Names = new CallNames(options.SourceResolver) { Budget = options.Budget };
    }

    /// <summary>The recording; its <see cref="TraceSource.Info"/> is set when a reading has ended.</summary>
    public TraceSource Source { get; }

    /// <summary>The description of the recording.</summary>
    /// <exception cref="InvalidOperationException">The recording was not read yet.</exception>
    public TraceInfo Info => Source.Info ?? throw new InvalidOperationException($"{Source.Path} was not read yet.");

    /// <summary>The functions and tasks that the recording names, as far as it was read.</summary>
    public CallNames Names { get; }

    /// <summary>The first decompressed bytes.</summary>
    public ReadOnlySpan<byte> Head => Input.Head;

    private protected InputFile Input => _input ?? throw new InvalidOperationException("The events are in no file.");

    private protected TraceReadOptions Options { get; }

    private protected TraceInfoBuilder Description { get; }

    /// <summary>Makes it possible to read the recording more than once. A stream is copied to a temporary file.</summary>
    /// <exception cref="KernelMagnifierException">The temporary file cannot be written.</exception>
    public void KeepForRereading(CancellationToken cancel = default) => Input.KeepForRereading(cancel);

    /// <summary>
    /// How the recording tells which calls ran below a function; null if only a reading can tell.
    /// </summary>
    public CallNesting? Nesting(CancellationToken cancel) => Source.Info?.NestedBy ?? FindNesting(cancel);

    /// <summary>
    /// Reads the recording once, from its start, and delivers the calls that pass to the sink.
    /// Calls before damage are delivered; the damage is described in <see cref="TraceInfo.Warnings"/>.
    /// </summary>
    /// <param name="sink">Receives the calls.</param>
    /// <param name="filter">The calls to deliver; null for all.</param>
    /// <param name="selection">The edges to deliver, for a filter that <see cref="CallFilter.NeedsGraph"/>; null for all.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The description of the recording.</returns>
    public TraceInfo ReadOnce(TraceSink sink, CallFilter? filter, EdgeSelection? selection, CancellationToken cancel)
    {
        if (sink is EventSink events) return ReadEventsOnce(events, filter, cancel);
        if (sink is not CallSink calls) throw new ArgumentException($"A {sink?.GetType().Name} receives no calls.", nameof(sink));
        var context = FilteredContext.Of(new TraceContext(Source, Names), filter);
        Description.IsComplete = false;
        Names.RestartOthers();
        var dispatch = new CallDispatch(calls, filter, selection, context, Options, cancel);
        try
        {
            Description.Nesting = FindNesting(cancel) ?? Description.Nesting;
            if (context is FilteredContext filtered) filtered.RootCalls = selection?.RootCalls;
            sink.Begin(context);
            ReadCalls(dispatch);
            Description.IsComplete = true;
        }
        finally
        {
            // Objects that were emitted refer to the description even if the reading was stopped or failed.
            Description.LostBeforeStop = Math.Max(Description.LostBeforeStop, dispatch.LostBeforeStop);
            Complete(sink);
        }
        sink.End(Info);
        return Info;
    }

    private TraceInfo ReadEventsOnce(EventSink sink, CallFilter? filter, CancellationToken cancel)
    {
        var context = FilteredContext.Of(new TraceContext(Source, Names), filter);
        Description.IsComplete = false;
        Names.RestartOthers();
        var dispatch = new EventDispatch(sink, context, Options, cancel);
        try
        {
            Description.Nesting = FindNesting(cancel) ?? Description.Nesting;
            sink.Begin(context);
            sink.Calls?.Begin(context);
            ReadEvents(dispatch);
            Description.IsComplete = true;
        }
        finally
        {
            Description.LostBeforeStop = Math.Max(Description.LostBeforeStop, dispatch.LostBeforeStop);
            Complete(sink);
        }
        sink.Calls?.End(Info);
        sink.End(Info);
        return Info;
    }

    private void Complete(TraceSink sink)
    {
        Description.WarnFirst(_input?.Damage);
        foreach (var warning in Names.OthersWarnings().Concat(sink.Warnings)) Description.Warn(warning);
        Description.Warn(Names.SourceMismatch(Description.Build()));
        Source.Info = Description.Build();
    }

    /// <summary>Finds <see cref="Nesting"/> without a reading.</summary>
    private protected virtual CallNesting? FindNesting(CancellationToken cancel) => CallNesting.Caller;

    /// <summary>Whether the start of the recording has calls of functions; null if its <see cref="Head"/> tells.</summary>
    public virtual bool? StartsWithCalls(CancellationToken cancel) => null;

    /// <summary>
    /// Whether calls that are delivered in order among events can lack durations that they have when calls are read alone.
    /// </summary>
    public virtual bool LosesReturnsAmongEvents => false;

    /// <summary>Reads the recording once and sets the properties of <see cref="Description"/>.</summary>
    private protected abstract void ReadCalls(CallDispatch dispatch);

    /// <summary>
    /// Reads the recording once, delivers its kernel events to the sink in time order, and sets the properties of
    /// <see cref="Description"/>.
    /// </summary>
    private protected abstract void ReadEvents(EventDispatch dispatch);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _input?.Dispose();
        GC.SuppressFinalize(this);
    }
}
