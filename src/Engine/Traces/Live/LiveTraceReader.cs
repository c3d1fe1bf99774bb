using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Traces.Live;

/// <summary>
/// Reads the kernel events of a ring buffer while it is written, and delivers them in time order as a recording's are. It can be
/// read once. Calls of the function tracer are delivered, too; those of the function_graph tracer have no durations.
/// </summary>
internal sealed class LiveTraceReader : TraceReader
{
    private readonly LivePages _pages;
    private readonly DatMetadata _metadata;
    private LiveBlocks? _blocks;

    /// <summary>Creates a reader.</summary>
    /// <param name="pages">The pages, which are disposed with the reader.</param>
    /// <param name="metadata">What the kernel says of its events.</param>
    /// <param name="name">The name of the recording in what is read; empty for none.</param>
    /// <param name="options">How to read.</param>
    public LiveTraceReader(LivePages pages, DatMetadata metadata, string name, TraceReadOptions options) : base(name, options)
    {
        (_pages, _metadata) = (pages, metadata);
        Description.Format = "live";
        (Description.Clock, Description.ClockUnit) = (metadata.Clock, TraceDatReader.ClockUnitOf(metadata));
        Source.WallOffset = Description.ClockUnit == ClockUnit.Nanoseconds ? metadata.WallOffset : null;
        (Description.KernelRelease, Description.Machine) = (metadata.KernelRelease, metadata.Machine);
        (Description.BuildId, Description.Cpus) = (metadata.BuildId, metadata.Cpus);
        Names.SetKernel(metadata.Kernel);
    }

    /// <summary>The bytes of pages that were read.</summary>
    public long BytesRead => _blocks?.BytesRead ?? 0;

    private protected override void ReadCalls(CallDispatch dispatch)
        => ReadEvents(new EventDispatch(new LiveCalls(dispatch.Feed(), dispatch.Fields), dispatch.Context, Options, dispatch.Cancel));

    private protected override void ReadEvents(EventDispatch dispatch)
    {
        if (_blocks is not null) throw new InvalidOperationException("The events were read.");
        var statistics = new TraceStatistics();
        var schemas = new DatEventSchemas(_metadata);
        var wanted = new WantedEvents(schemas, dispatch.Sink, _metadata.Events);
        var decoder = new CallDecoder<LittleEndian>(_metadata, new CallAddresses(_metadata.Symbols, Names), Names,
            dispatch.Sink.Fields | (dispatch.Sink.Calls?.Fields ?? 0));
        var calls = dispatch.Sink.Calls is { } sink ? new InterleavedCalls(dispatch.Sink, sink, Names) : null;
        _blocks = new LiveBlocks(_pages, _metadata, decoder, wanted, dispatch, statistics, () =>
        {
            calls?.Flush();
            dispatch.Idle();
        });
        try
        {
            new Merge<EventBlock>(_blocks, [.. _pages.Cpus.Select(cpu => new MergeStream(0, cpu))])
                .Run(new EventRunSink(dispatch.Sink, schemas, calls, null), () => { });
            calls?.Finish();
        }
        finally
        {
            for (var i = 0; i < _pages.Cpus.Count; i++) statistics.KernelLost(_pages.Cpus[i], _pages.Lost(i));
            foreach (var warning in _metadata.Warnings) statistics.Warn(warning);
            statistics.WriteTo(Description, "function");
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _pages.Dispose();
        base.Dispose();
    }
}
