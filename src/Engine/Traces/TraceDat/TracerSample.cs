namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Learns which tracer wrote a CPU's first calls.</summary>
internal unsafe struct TracerSample<TOrder>(CallDecoder<TOrder> decoder) : IRecordHandler where TOrder : struct, IByteOrder
{
    public int Records, Functions, Graph, Kind;

    public void Record(ulong time, byte* body, int length)
    {
        Records++;
        var kind = decoder.Kind(body, length);
        if (decoder.IsFunction(kind, length)) Functions++;
        else if (decoder.IsEntry(kind, length)) (Graph, Kind) = (Graph + 1, kind);
        else if (decoder.IsExit(kind, length)) Graph++;
    }

    public readonly void Lost(long events) { }
}
