using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The tracer whose calls a recording contains, detected from the first calls of each CPU.</summary>
/// <param name="NeedsPairing">Whether entries and exits must be paired.</param>
/// <param name="CallEvent">The kernel's name of the event that is a call.</param>
/// <param name="Nesting">How the recording tells which calls ran below a function; null if only a reading can tell.</param>
internal sealed record RecordedTracer(bool NeedsPairing, string CallEvent, CallNesting? Nesting)
{
    // The pages of each CPU that are examined.
    private const int SampledPages = 64;

    /// <summary>Whether the first pages of a CPU contain a call, or all of them are empty.</summary>
    public bool HasCalls { get; private init; } = true;

    /// <summary>
    /// Detects the tracer. If the first calls of a CPU are the function tracer's, all of them are assumed to be; if its first pages
    /// contain no call, it may contain either.
    /// </summary>
    public static RecordedTracer Detect<TOrder>(
        DatFile file, DatMetadata metadata, IEnumerable<CpuStream> streams, CallNames names) where TOrder : struct, IByteOrder
    {
        var none = new RecordedTracer(false, "function", CallNesting.Caller);
        if (!metadata.Events.Type.Exists) return none;
        var decoder = new CallDecoder<TOrder>(metadata, new CallAddresses(metadata.Symbols, names), names, CallFields.Edge);
        var reader = new PieceReader<TOrder>(file, metadata);
        var (found, hasCalls, hasRecords) = (none, false, false);
        foreach (var stream in streams)
        {
            var sample = Sample(stream, decoder, reader);
            if (sample.FunctionGraph > 0)
            {
                var hasReturnAddress
                    = metadata.Events.FunctionGraphReturnAddressEntry is { } entry && sample.EntryId == entry.Id;
                return new(true, hasReturnAddress ? "fgraph_retaddr_entry" : "funcgraph_entry", CallNesting.Stack);
            }
            (hasCalls, hasRecords) = (hasCalls || sample.Functions > 0, hasRecords || sample.Records > 0);
            if (sample.Functions == 0 && sample.Records > 0) found = none with { NeedsPairing = true, Nesting = null };
        }
        return found with { HasCalls = hasCalls || !hasRecords };
    }

    private static TracerSample<TOrder> Sample<TOrder>(
        CpuStream stream, CallDecoder<TOrder> decoder, PieceReader<TOrder> reader) where TOrder : struct, IByteOrder
    {
        var start = stream.FromStart();
        var sample = new TracerSample<TOrder>(decoder);
        for (var pages = 0; pages < SampledPages && sample is { Functions: 0, FunctionGraph: 0 }; pages++)
        {
            if (!start.TryNext(stream.Buffer.PageSize, out var piece)) break;
            reader.Read(piece, ref sample, new TraceStatistics());
        }
        return sample;
    }
}
