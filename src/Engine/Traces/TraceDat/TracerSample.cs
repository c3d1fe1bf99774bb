namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Counts the first calls of a CPU by tracer.</summary>
internal unsafe struct TracerSample<TOrder>(CallDecoder<TOrder> decoder) : IRecordHandler where TOrder : struct, IByteOrder
{
    /// <summary>All records, events of the function tracer, and entries and exits of the function_graph tracer.</summary>
    public int Records, Functions, FunctionGraph;

    /// <summary>The event id of the last function_graph entry.</summary>
    public int EntryId;

    public void Record(ulong time, byte* body, int length)
    {
        Records++;
        var id = decoder.EventId(body, length);
        if (decoder.IsFunction(id, length)) Functions++;
        else if (decoder.IsEntry(id, length)) (FunctionGraph, EntryId) = (FunctionGraph + 1, id);
        else if (decoder.IsExit(id, length)) FunctionGraph++;
    }

    public readonly void Lost(long events) { }
}
