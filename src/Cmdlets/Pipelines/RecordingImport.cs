using System.Management.Automation;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>
/// Reads one recording for Import-KmTrace and writes its objects, warnings and errors. <see cref="Run"/> may run on another
/// thread than the pipeline's; then a <see cref="ReadingThread"/> carries the output.
/// </summary>
internal sealed class RecordingImport
{
    private readonly PSCmdlet _cmdlet;
    private readonly string _name;
    private readonly RecordingImportOptions _options;
    private readonly ReadingHandover? _handover;
    private readonly IRecordingReceiver? _receiver;
    private readonly bool _writesBatches;
    private readonly WorkProgress _progress;
    private ReadingThread? _thread;
    private TraceReader? _reader;

    /// <summary>Prepares to read a recording. Called on the thread of the pipeline.</summary>
    /// <param name="cmdlet">The cmdlet that writes the output.</param>
    /// <param name="name">The name of the recording in messages.</param>
    /// <param name="options">What to read.</param>
    public RecordingImport(PSCmdlet cmdlet, string name, RecordingImportOptions options)
    {
        (_cmdlet, _name, _options) = (cmdlet, name, options);
        var writesObjects = options.Info || options.AsEdge || options.Event is not null || options.Watch is not null;
        _handover = writesObjects ? null : ReadingHandover.Plan(cmdlet, options.Filter, options.Map);
        _receiver = options.Info || options.AsEdge || options.Watch is not null ? null : ReadingHandover.ReceiverAfter(cmdlet);
        _writesBatches = CallBatch.IsReceivedAfter(cmdlet);
        _progress = new WorkProgress(cmdlet, $"Reading {name}");
    }

    /// <summary>The filters of the calls that are read.</summary>
    public IEnumerable<CallFilter?> Filters => _handover?.Filters ?? [_options.Filter];

    /// <summary>Reads the recording.</summary>
    /// <param name="open">Opens it.</param>
    /// <param name="thread">The thread that runs this; null for the thread of the pipeline.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    /// <param name="leavesOpen">Whether the recording is not closed at the end.</param>
    public void Run(
        Func<TraceReadOptions, TraceReader> open, ReadingThread? thread, CancellationToken cancel, bool leavesOpen = false)
    {
        _thread = thread;
        try
        {
            var reader = _reader = open(new TraceReadOptions
            {
                SourceResolver = _handover?.Map ?? _options.Map, Instance = _options.Instance, Cancel = cancel,
                Progress = progress => OnPipeline(() => _progress.Report(progress)), Grows = _options.Watch is { Grows: true },
            });
            using (leavesOpen ? null : reader) Read(reader, cancel);
        }
        catch (KernelMagnifierException error)
        {
            OnPipeline(() => _cmdlet.WriteError(ErrorFactory.Of(error, _name)));
        }
        OnPipeline(_progress.Done);
    }

    /// <summary>
    /// Reports what is known of a recording whose reading the end of the pipeline has stopped. Called on the thread of the
    /// pipeline.
    /// </summary>
    public void ReportStopped()
    {
        _progress.Done();
        if (_reader?.Source.Info is { } info) Report(info);
    }

    private void Read(TraceReader reader, CancellationToken cancel)
    {
        if (_options.Info)
        {
            reader.Read(new CallTally(), null, cancel);
            OnPipeline(() => _cmdlet.WriteObject(reader.Info));
            return;
        }
        if (_options.Watch is { } watch)
        {
            new RecordingWatch(_cmdlet, _name, _options, watch, OnPipeline).Read(reader, NewEventWriter, NewCallWriter, cancel);
            OnPipeline(() => Report(reader.Info));
            return;
        }
        if (_receiver is not null)
        {
            if (_receiver.Receive(reader, _options.Filter, _options.EventPatterns, _options.Event is { WithCalls: true }, cancel))
                OnPipeline(() => Report(reader.Info));
            return;
        }
        if (_options.Event is { } events)
        {
            ReadEvents(reader, events, cancel);
            return;
        }
        var passed = _options.AsEdge ? ReadEdges(reader, cancel)
            : _handover is null ? ReadCalls(reader, cancel)
            : HandOver(reader, _handover, cancel);
        OnPipeline(() =>
        {
            Report(reader.Info);
            _options.Found.Add(reader.Names, reader.Info, passed, Filters);
        });
    }

    private EventObjectWriter NewEventWriter(bool withCalls)
        => new(_cmdlet, _thread, withCalls ? new ObjectWriter(this, isAmongEvents: true) : null);

    private ObjectWriter NewCallWriter() => new(this);

    private long ReadCalls(TraceReader reader, CancellationToken cancel)
    {
        var writer = new ObjectWriter(this);
        reader.Read(writer, _options.Filter, cancel);
        return writer.Written;
    }

    private void ReadEvents(TraceReader reader, EventFilter events, CancellationToken cancel)
    {
        var writer = NewEventWriter(events.WithCalls);
        FilteredEvents found;
        try
        {
            found = reader.ReadEvents(writer, events, cancel);
        }
        finally
        {
            writer.Flush();
        }
        OnPipeline(() =>
        {
            Report(reader.Info);
            _options.FoundEvents?.Add(reader.Names, reader.Info, found, events);
        });
    }

    private long ReadEdges(TraceReader reader, CancellationToken cancel)
    {
        var graph = reader.ReadGraph(new CallTally(byStack: true, CallGrouping.Edge), _options.Filter, cancel);
        OnPipeline(() =>
        {
            var view = EdgeView.Of(graph.Edges);
            foreach (var edge in graph.Edges) _cmdlet.WriteObject(view.Show(edge));
        });
        return graph.Edges.Sum(edge => edge.Count);
    }

    private long HandOver(TraceReader reader, ReadingHandover handover, CancellationToken cancel)
    {
        var tally = handover.Collector.NewTally();
        try
        {
            reader.Read(handover.SinkTo(tally), handover.Filter, cancel);
        }
        finally
        {
            // Calls before an error count.
            OnPipeline(() => handover.Collector.Add(tally));
        }
        return tally.Calls;
    }

    /// <summary>Reports the losses and warnings of a reading, and its details with -Verbose.</summary>
    private void Report(TraceInfo info)
    {
        var summary = ReadingSummary.Of(info, Filters.Any(filter => filter is { Root.Count: > 0 }));
        if (summary.Line is { } line)
            _cmdlet.WriteWarning(TerminalText.Escape(summary.HasMore ? $"{line}. Use -Verbose for details." : line));
        foreach (var detail in summary.Details) _cmdlet.WriteVerbose(TerminalText.Escape(detail));
    }

    private void OnPipeline(Action action)
    {
        if (_thread is null) action();
        else _thread.Post(action);
    }

    /// <summary>Writes an object per call, on the thread of the pipeline. A pipeline that ends early throws through it.</summary>
    private sealed class ObjectWriter(RecordingImport import, bool isAmongEvents = false) : CallSink
    {
        private TraceContext _context = null!;
        private CallColumns _known, _columns;

        /// <summary>The number of calls.</summary>
        public long Written { get; private set; }

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => _context = context;

        private CallEvent Create(in CallRecord call)
            => isAmongEvents ? new CallAmongEvents(_context, in call) : CallViews.Create(_columns, _context, in call);

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            Written += calls.Length;
            var known = _known | KnownColumns.In(_context, calls);
            if (known != _known) (_known, _columns) = (known, CallViews.ViewFor(known));
            if (import._writesBatches && !isAmongEvents)
            {
                for (; calls.Length > 0; calls = calls[Math.Min(calls.Length, CallBatch.MostCalls)..])
                {
                    var batch = Create(calls[..Math.Min(calls.Length, CallBatch.MostCalls)]);
                    import.OnPipeline(() => import._cmdlet.WriteObject(new CallBatch(batch, batch.Length)));
                }
                return;
            }
            if (import._thread is not { } thread)
            {
                foreach (ref readonly var call in calls) import._cmdlet.WriteObject(Create(in call));
                return;
            }
            var objects = Create(calls);
            thread.Post(() =>
            {
                foreach (var call in objects) import._cmdlet.WriteObject(call);
            });
        }

        private CallEvent[] Create(ReadOnlySpan<CallRecord> calls)
        {
            var objects = new CallEvent[calls.Length];
            for (var i = 0; i < objects.Length; i++) objects[i] = Create(in calls[i]);
            return objects;
        }
    }
}
