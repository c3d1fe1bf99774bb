using System.Runtime.CompilerServices;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Hands calls to a feed as they come.</summary>
internal unsafe struct ToFeed<TOrder>(CallDecoder<TOrder> decoder, CallFeed feed, int cpu) : IRecordHandler where TOrder : struct, IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(ulong time, byte* body, int length)
    {
        var kind = decoder.Kind(body, length);
        if (decoder.IsFunction(kind, length))
        {
            decoder.Tally.Calls++;
            decoder.Fill(ref feed.Next(), time, body, cpu);
        }
        else if (decoder.IsEntry(kind, length))
        {
            decoder.Tally.Calls++;
            decoder.FillEntry(ref feed.Next(), time, body, cpu, kind);
        }
        else
        {
            decoder.Other(kind, length);
        }
    }

    public readonly void Lost(long events) { }
}
