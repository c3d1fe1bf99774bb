using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// One reading of the kernel events, and of calls if the sink receives them, merged by time over all CPUs and buffers.
/// </summary>
internal sealed class DatEventReading<TOrder>(
    DatFile file, DatMetadata metadata, RecordedTracer tracer, IReadOnlyList<CpuStream> streams, CallNames names,
    EventDispatch dispatch, TraceStatistics statistics)
    where TOrder : struct, IByteOrder
{
    private readonly CallAddresses _addresses = new(metadata.Symbols, names);

    /// <summary>The calls whose stack is not completely known; null if no calls with returns were read.</summary>
    public long? NotPlaced { get; private set; }

    /// <summary>The exits that end a leaf, if calls were read.</summary>
    public long LeafReturns { get; private set; }

    /// <summary>Reads everything.</summary>
    public void Run()
    {
        if (!metadata.Events.Type.Exists)
        {
            if (streams.Count > 0) statistics.Warn(DatReading<TOrder>.NoFormats);
            return;
        }
        var calls = dispatch.Sink.Calls;
        var between = calls is null ? CallsBetween.None : tracer.NeedsPairing ? CallsBetween.Paired : CallsBetween.Single;
        var interleaved = calls is null ? null : new InterleavedCalls(dispatch.Sink, calls, names);
        var pairing = between == CallsBetween.Paired
            ? new EntryExitPairing(metadata.Buffers.Count, metadata.Clock is "local" && metadata.Times.IsIdentity,
                calls!.Fields.HasFlag(CallFields.Stack) ? names.Stacks : null, interleaved!.Holder, names.Budget)
            : null;
        Merge(between, interleaved, pairing);
        pairing?.Finish();
        interleaved?.Finish();
        if (pairing is not null) Count(pairing);
        foreach (var stream in streams)
            if (stream.Damage is { } damage)
                statistics.Warn(damage);
    }

    private void Merge(CallsBetween between, InterleavedCalls? interleaved, EntryExitPairing? pairing)
    {
        var schemas = new DatEventSchemas(metadata);
        var wanted = new WantedEvents(schemas, dispatch.Sink, metadata.Events);
        var fields = dispatch.Sink.Fields | (dispatch.Sink.Calls?.Fields ?? 0);
        var sink = new EventRunSink(dispatch.Sink, schemas, interleaved, pairing);
        MergedReading.Run(sink, streams, metadata, dispatch, statistics, counts =>
        {
            var decoder = new CallDecoder<TOrder>(metadata, _addresses, names, fields);
            var reader = new PieceReader<TOrder>(file, metadata);
            // Events that wait for the return of a call are held as whole records.
            var mayHold = between == CallsBetween.Paired && dispatch.Sink.NeedsCallOrder;
            var digests = new EventDigests(wanted, mayHold ? null : dispatch.Sink.NewDigester(), dispatch.Sink.WantsMessages);
            return (piece, block) =>
            {
                var cpu = piece.Stream.Cpu;
                block.Reset();
                digests.Restart();
                var handler = new EventBlockHandler<TOrder>(decoder, block, wanted, digests, cpu, dispatch.Sink.Fields, between);
                reader.Read(piece, block, ref handler, counts);
                handler.Finish();
                decoder.Tally.Flush(counts, cpu);
            };
        });
    }

    private void Count(EntryExitPairing pairing)
    {
        if (pairing.HasEntries) NotPlaced = pairing.NotPlaced;
        LeafReturns = pairing.LeafExits;
        foreach (var (cpu, exits) in pairing.Exits) statistics.Other(cpu, "funcgraph_exit", exits);
    }
}
