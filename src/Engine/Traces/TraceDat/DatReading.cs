using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One reading of the events: which way through them, on which threads.</summary>
internal sealed class DatReading<TOrder>(DatFile file, DatMetadata metadata, IReadOnlyList<CpuStream> streams, CallNames names, CallDispatch dispatch, TraceStatistics statistics)
    where TOrder : struct, IByteOrder
{
    private const int PieceSize = 1 << 20;

    // Pages looked at to learn which tracer wrote them.
    private const int SampledPages = 64;

    private readonly CallAddresses _addresses = new(metadata.Symbols, names);

    /// <summary>The pieces of all CPUs.</summary>
    public IReadOnlyList<CpuStream> Streams => streams;

    /// <summary>What was counted.</summary>
    public TraceStatistics Statistics => statistics;

    /// <summary>The kernel's name of the call events.</summary>
    public string CallKind { get; private set; } = "function";

    private long Total => streams.Sum(s => s.Length);

    /// <summary>Reads everything.</summary>
    public void Run()
    {
        if (!metadata.Events.Type.Exists)
        {
            if (streams.Count > 0) Statistics.Warn("the recording does not describe its events, so none of them can be read");
        }
        else if (NeedsNesting())
        {
            RunNested();
        }
        else if (dispatch.InOrder)
        {
            RunInOrder();
        }
        else
        {
            RunInAnyOrder();
        }
        foreach (var stream in streams)
            if (stream.Damage is { } damage)
                Statistics.Warn(damage);
    }

    /// <summary>
    /// Whether entries and exits must be brought together. Only a CPU whose first calls are the function tracer's is taken
    /// to have no others; where no call is met soon, all is prepared for.
    /// </summary>
    private bool NeedsNesting()
    {
        var decoder = NewDecoder();
        var reader = new PieceReader<TOrder>(file, metadata);
        foreach (var stream in streams)
        {
            var sample = stream.Again();
            var look = new TracerSample<TOrder>(decoder);
            for (var pages = 0; pages < SampledPages && look is { Functions: 0, Graph: 0 }; pages++)
            {
                if (!sample.TryNext(stream.Buffer.PageSize, out var piece)) break;
                reader.Read(piece, ref look, new TraceStatistics());
            }
            if (look.Graph > 0) CallKind = metadata.Events.GraphReturnAddressEntry is { } entry && look.Kind == entry.Id ? "fgraph_retaddr_entry" : "funcgraph_entry";
            if (look.Graph > 0 || (look.Functions == 0 && look.Records > 0)) return true;
        }
        return false;
    }

    private CallDecoder<TOrder> NewDecoder() => new(metadata, _addresses, names, dispatch.Fields);

    private void RunInAnyOrder()
    {
        var gate = new Lock();
        var (next, done) = (0, 0L);
        bool TryClaim(out CpuStream.Piece piece)
        {
            lock (gate)
            {
                for (; next < streams.Count; next++)
                {
                    if (!streams[next].TryNext(PieceSize, out piece)) continue;
                    done += piece.Length;
                    return true;
                }
                piece = default;
                return false;
            }
        }
        var crew = new WorkerGroup<(TraceStatistics, CallFeed)>(dispatch.Cancel);
        void Work(CallFeed feed, TraceStatistics statistics, bool tells)
        {
            var decoder = NewDecoder();
            var reader = new PieceReader<TOrder>(file, metadata);
            while (!crew.Stopping.IsCancellationRequested && TryClaim(out var piece))
            {
                var cpu = piece.Stream.Cpu;
                if (dispatch.WantsCpu(cpu))
                {
                    var handler = new ToFeed<TOrder>(decoder, feed, cpu);
                    reader.Read(piece, ref handler, statistics);
                }
                else
                {
                    var handler = new CountOnly<TOrder>(decoder);
                    reader.Read(piece, ref handler, statistics);
                }
                decoder.Tally.Flush(statistics, cpu);
                if (tells) dispatch.Progress(Volatile.Read(ref done), Total);
            }
            feed.Flush();
        }
        try
        {
            for (var i = 1; i < dispatch.Threads; i++)
            {
                var feed = dispatch.Fork();
                crew.Start(() =>
                {
                    var statistics = new TraceStatistics();
                    Work(feed, statistics, tells: false);
                    return (statistics, feed);
                });
            }
            Work(dispatch.Feed(), Statistics, tells: true);
            foreach (var (counted, feed) in crew.Finish(() => dispatch.Progress(done, Total)))
            {
                Statistics.Add(counted);
                dispatch.Join(feed);
            }
        }
        finally
        {
            crew.Stop(wait: true);
        }
    }

    private void RunInOrder()
    {
        var feed = dispatch.Feed();
        Merge<CallBlock>(new CallRuns(feed.Sink), (decoder, reader, statistics) =>
        {
            var predicate = dispatch.Predicate();
            return (piece, block) =>
            {
                var cpu = piece.Stream.Cpu;
                if (dispatch.WantsCpu(cpu))
                {
                    var handler = new ToBlock<TOrder>(decoder, block, predicate, cpu);
                    reader.Read(piece, ref handler, statistics);
                }
                else
                {
                    var handler = new CountOnly<TOrder>(decoder);
                    reader.Read(piece, ref handler, statistics);
                }
                decoder.Tally.Flush(statistics, cpu);
            };
        });
    }

    private void RunNested()
    {
        var feed = dispatch.Feed();
        // The tracer times calls with the local clock, whichever clock stamps the events.
        var nesting = new EntryExitPairing(metadata.Buffers.Count, metadata.Clock is "local" && metadata.Times.IsIdentity,
            dispatch.InOrder ? new HoldInOrder(feed) : new HoldUntilExit(feed));
        Merge<FunctionGraphBlock>(new GraphRuns(nesting), (decoder, reader, statistics) => (piece, block) =>
        {
            var handler = new ToFunctionGraphBlock<TOrder>(decoder, block, piece.Stream.Cpu);
            reader.Read(piece, ref handler, statistics);
            decoder.Tally.Flush(statistics, piece.Stream.Cpu);
        });
        nesting.Finish();
        feed.Flush();
        foreach (var (cpu, exits) in nesting.Exits) Statistics.Other(cpu, "funcgraph_exit", exits);
        foreach (var (cpu, lost) in nesting.Lost) Statistics.Lost(cpu, lost);
        foreach (var (cpu, lost) in nesting.LostInLeaves)
            Statistics.Warn($"CPU {cpu} lost {lost} more events between the entry and the exit of one call, which trace-cmd report does not tell; they are not in the number of lost events");
    }

    private delegate Action<CpuStream.Piece, TBlock> NewWork<TBlock>(CallDecoder<TOrder> decoder, PieceReader<TOrder> reader, TraceStatistics statistics);

    private void Merge<TBlock>(IRunSink<TBlock> sink, NewWork<TBlock> newWork) where TBlock : MergeBlock, new()
    {
        var crew = new WorkerGroup<TraceStatistics>(dispatch.Cancel);
        var pipeline = new MergePipeline<TBlock>(streams, crew, dispatch.Cancel);
        try
        {
            for (var i = 0; i < dispatch.Threads; i++)
                crew.Start(() =>
                {
                    var statistics = new TraceStatistics();
                    pipeline.Work(newWork(NewDecoder(), new PieceReader<TOrder>(file, metadata), statistics));
                    return statistics;
                });
            new Merge<TBlock>(pipeline, streams).Run(sink, () => dispatch.Progress(pipeline.Done, Total));
            (sink as CallRuns)?.Flush();
            foreach (var counted in crew.Finish(null)) Statistics.Add(counted);
        }
        finally
        {
            crew.Stop(wait: true);
        }
    }

    /// <summary>Brings merged calls to the sink: long runs as they are, short ones gathered.</summary>
    private sealed class CallRuns(CallSink sink) : IRunSink<CallBlock>
    {
        private readonly CallRecord[] _gathered = new CallRecord[2048];
        private int _count;

        public void Run(CallBlock block, int from, int to, CpuStream stream)
        {
            var calls = block.Calls.AsSpan(from, to - from);
            if (_count + calls.Length > _gathered.Length) Flush();
            if (calls.Length > _gathered.Length / 4)
            {
                Flush();
                sink.Accept(calls);
                return;
            }
            calls.CopyTo(_gathered.AsSpan(_count));
            _count += calls.Length;
        }

        public void Flush()
        {
            if (_count > 0) sink.Accept(_gathered.AsSpan(0, _count));
            _count = 0;
        }
    }

    private sealed class GraphRuns(EntryExitPairing nesting) : IRunSink<FunctionGraphBlock>
    {
        public void Run(FunctionGraphBlock block, int from, int to, CpuStream stream)
        {
            for (var i = from; i < to; i++) nesting.Take(in block.Records[i], stream.BufferNumber, stream.Cpu);
        }
    }
}
