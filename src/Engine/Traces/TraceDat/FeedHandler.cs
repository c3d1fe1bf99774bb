using System.Runtime.CompilerServices;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes calls to a feed in the order in which they are decoded.</summary>
internal unsafe struct FeedHandler<TOrder>(CallDecoder<TOrder> decoder, CallFeed feed, int cpu) : IRecordHandler
    where TOrder : struct, IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(ulong time, byte* body, int length)
    {
        var id = decoder.EventId(body, length);
        if (decoder.IsFunction(id, length))
        {
            decoder.Tally.Calls++;
            decoder.Fill(ref feed.Next(), time, body, cpu);
        }
        else if (decoder.IsEntry(id, length))
        {
            decoder.Tally.Calls++;
            decoder.FillEntry(ref feed.Next(), time, body, cpu, id);
        }
        else
        {
            decoder.CountOther(id, length);
        }
    }

    public readonly void Lost(long events) { }
}
