using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// One reading of the events. Calls are delivered in any order, merged by time, or paired from function_graph entries and exits,
/// as the sink and the tracer require.
/// </summary>
internal sealed class DatReading<TOrder>(
    DatFile file, DatMetadata metadata, RecordedTracer tracer, IReadOnlyList<CpuStream> streams, CallNames names,
    CallDispatch dispatch, TraceStatistics statistics)
    where TOrder : struct, IByteOrder
{
    /// <summary>The warning about a recording without formats.</summary>
    public const string NoFormats = "the recording contains no event formats, so no event can be read";

    private readonly CallAddresses _addresses = new(metadata.Symbols, names);

    /// <summary>The data of all CPUs.</summary>
    public IReadOnlyList<CpuStream> Streams => streams;

    /// <summary>The counts of this reading.</summary>
    public TraceStatistics Statistics => statistics;

    /// <summary>The calls whose stack is not completely known; null if the recording has no returns.</summary>
    public long? NotPlaced { get; private set; }

    /// <summary>The exits that end a leaf.</summary>
    public long LeafReturns { get; private set; }

    private long Total => streams.Sum(s => s.Length);

    /// <summary>Reads everything.</summary>
    public void Run()
    {
        if (!metadata.Events.Type.Exists)
        {
            if (streams.Count > 0) Statistics.Warn(NoFormats);
        }
        else
        {
            if (streams.Count > 0) metadata.Symbols.Prepare();
            if (tracer.NeedsPairing) RunPaired();
            else if (dispatch.InOrder) RunInOrder();
            else RunInAnyOrder();
        }
        foreach (var stream in streams)
            if (stream.Damage is { } damage)
                Statistics.Warn(damage);
    }

    private CallDecoder<TOrder> NewDecoder() => new(metadata, _addresses, names, dispatch.Fields);

    private PieceReader<TOrder> NewReader() => new(file, metadata);

    private void RunInAnyOrder()
    {
        var queue = new PieceQueue(streams);
        var workers = new WorkerGroup<(TraceStatistics, CallFeed)>(dispatch.Cancel);
        try
        {
            for (var i = 1; i < dispatch.Threads; i++)
            {
                var feed = dispatch.Fork();
                workers.Start(() =>
                {
                    var counts = new TraceStatistics();
                    Decode(queue, feed, counts, progress: null, workers.Stopping);
                    return (counts, feed);
                });
            }
            Decode(queue, dispatch.Feed(), Statistics, () => dispatch.Progress(queue.Done, Total), workers.Stopping);
            foreach (var (counted, feed) in workers.Finish(() => dispatch.Progress(queue.Done, Total)))
            {
                Statistics.Add(counted);
                dispatch.Join(feed);
            }
        }
        finally
        {
            workers.Stop(wait: true);
        }
    }

    private void Decode(PieceQueue queue, CallFeed feed, TraceStatistics counts, Action? progress, CancellationToken stop)
    {
        var decoder = NewDecoder();
        var reader = NewReader();
        while (!stop.IsCancellationRequested && queue.TryTake(out var piece))
        {
            var cpu = piece.Stream.Cpu;
            if (dispatch.WantsCpu(cpu))
            {
                var handler = new FeedHandler<TOrder>(decoder, feed, cpu);
                reader.Read(piece, ref handler, counts);
            }
            else
            {
                var handler = new CountingHandler<TOrder>(decoder);
                reader.Read(piece, ref handler, counts);
            }
            decoder.Tally.Flush(counts, cpu);
            progress?.Invoke();
        }
        feed.Flush();
    }

    private void RunInOrder()
    {
        var feed = dispatch.Feed();
        var sink = new CallRunSink(feed.Sink);
        Merge<CallBlock>(sink, (decoder, reader, counts) =>
        {
            var predicate = dispatch.Predicate();
            return (piece, block) =>
            {
                var cpu = piece.Stream.Cpu;
                if (dispatch.WantsCpu(cpu))
                {
                    var handler = new CallBlockHandler<TOrder>(decoder, block, predicate, cpu);
                    reader.Read(piece, ref handler, counts);
                }
                else
                {
                    var handler = new CountingHandler<TOrder>(decoder);
                    reader.Read(piece, ref handler, counts);
                }
                decoder.Tally.Flush(counts, cpu);
            };
        });
        sink.Flush();
    }

    private void RunPaired()
    {
        var feed = dispatch.Feed();
        // The function_graph tracer takes calltime from the local clock, whichever clock stamps the events.
        var pairing = new EntryExitPairing(metadata.Buffers.Count, metadata.Clock is "local" && metadata.Times.IsIdentity,
            dispatch.Fields.HasFlag(CallFields.Stack) ? names.Stacks : null,
            dispatch.InOrder ? new OrderedCallHolder(feed) : new UnorderedCallHolder(feed), names.Budget);
        Merge<FunctionGraphBlock>(new FunctionGraphRunSink(pairing), (decoder, reader, counts) => (piece, block) =>
        {
            var handler = new FunctionGraphBlockHandler<TOrder>(decoder, block, piece.Stream.Cpu);
            reader.Read(piece, ref handler, counts);
            decoder.Tally.Flush(counts, piece.Stream.Cpu);
        });
        pairing.Finish();
        feed.Flush();
        if (pairing.HasEntries) NotPlaced = pairing.NotPlaced;
        LeafReturns = pairing.LeafExits;
        foreach (var (cpu, exits) in pairing.Exits) Statistics.Other(cpu, "funcgraph_exit", exits);
        foreach (var (cpu, lost) in pairing.Losses.Reported) Statistics.Lost(cpu, lost);
        foreach (var (cpu, lost) in pairing.Losses.InLeaves) Statistics.Lost(cpu, lost);
    }

    private void Merge<TBlock>(IRunSink<TBlock> sink, MergedReading.NewWork<TOrder, TBlock> newWork) where TBlock : MergeBlock, new()
        => MergedReading.Run(sink, streams, metadata, dispatch, Statistics,
            counts => newWork(NewDecoder(), NewReader(), counts));
}
