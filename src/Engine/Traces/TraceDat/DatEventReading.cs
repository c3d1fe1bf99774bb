using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One reading of the kernel events, merged by time over all CPUs and buffers.</summary>
internal sealed class DatEventReading<TOrder>(
    DatFile file, DatMetadata metadata, IReadOnlyList<CpuStream> streams, CallNames names, EventDispatch dispatch,
    TraceStatistics statistics)
    where TOrder : struct, IByteOrder
{
    private readonly CallAddresses _addresses = new(metadata.Symbols, names);

    /// <summary>Reads everything.</summary>
    public void Run()
    {
        if (!metadata.Events.Type.Exists)
        {
            if (streams.Count > 0) statistics.Warn(DatReading<TOrder>.NoFormats);
            return;
        }
        var schemas = new DatEventSchemas(metadata);
        var wanted = new WantedEvents(schemas, dispatch.Sink, metadata.Events);
        MergedReading.Run(new EventRunSink(dispatch.Sink, schemas), streams, metadata, dispatch, statistics, counts =>
        {
            var decoder = new CallDecoder<TOrder>(metadata, _addresses, names, dispatch.Sink.Fields);
            var reader = new PieceReader<TOrder>(file, metadata);
            var digests = new EventDigests(wanted, dispatch.Sink.NewDigester());
            return (piece, block) =>
            {
                var cpu = piece.Stream.Cpu;
                digests.Restart();
                var handler = new EventBlockHandler<TOrder>(decoder, block, wanted, digests, cpu, dispatch.Sink.Fields);
                reader.Read(piece, block, ref handler, counts);
                handler.Finish();
                decoder.Tally.Flush(counts, cpu);
            };
        });
        foreach (var stream in streams)
            if (stream.Damage is { } damage)
                statistics.Warn(damage);
    }
}
