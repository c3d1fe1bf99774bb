using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Collects the calls that pass the filter, each with the latest time of its CPU so far: by that they are merged, since
/// an event whose time runs backwards still comes behind those before it.
/// </summary>
internal unsafe struct ToBlock<TOrder>(CallDecoder<TOrder> decoder, CallBlock block, CallPredicate? predicate, int cpu) : IRecordHandler
    where TOrder : struct, IByteOrder
{
    public void Record(ulong time, byte* body, int length)
    {
        var shown = decoder.Time(time, cpu);
        if (shown > block.Latest) block.Latest = shown;
        var kind = decoder.Kind(body, length);
        var isFunction = decoder.IsFunction(kind, length);
        if (!isFunction && !decoder.IsEntry(kind, length))
        {
            decoder.Other(kind, length);
            return;
        }
        decoder.Tally.Calls++;
        if (block.Count == block.Calls.Length) Grow();
        ref var call = ref block.Calls[block.Count];
        if (isFunction) decoder.Fill(ref call, time, body, cpu);
        else decoder.FillEntry(ref call, time, body, cpu, kind);
        if (predicate is not null && !predicate.Matches(in call)) return;
        block.Keys[block.Count++] = block.Latest;
    }

    public readonly void Lost(long events) { }

    private readonly void Grow()
    {
        Array.Resize(ref block.Calls, block.Calls.Length * 2);
        Array.Resize(ref block.Keys, block.Calls.Length);
    }
}
