using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Collects the calls that pass the filter. The merge key of each call is the latest time stamp of its CPU so far, because an
/// event whose time stamp runs backwards still follows the events before it.
/// </summary>
internal unsafe struct CallBlockHandler<TOrder>(CallDecoder<TOrder> decoder, CallBlock block, CallPredicate? predicate, int cpu)
    : IRecordHandler
    where TOrder : struct, IByteOrder
{
    public void Record(ulong time, byte* body, int length)
    {
        var shown = decoder.Time(time, cpu);
        if (shown > block.Latest) block.Latest = shown;
        var id = decoder.EventId(body, length);
        var isFunction = decoder.IsFunction(id, length);
        if (!isFunction && !decoder.IsEntry(id, length))
        {
            decoder.CountOther(id, length);
            return;
        }
        decoder.Tally.Calls++;
        if (block.Count == block.Calls.Length) Grow();
        ref var call = ref block.Calls[block.Count];
        if (isFunction) decoder.Fill(ref call, time, body, cpu);
        else decoder.FillEntry(ref call, time, body, cpu, id);
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
