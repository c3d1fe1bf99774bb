using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Counts the events of a CPU whose calls the filter rejects.</summary>
internal unsafe struct CountingHandler<TOrder>(CallDecoder<TOrder> decoder) : IRecordHandler where TOrder : struct, IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(ulong time, byte* body, int length)
    {
        var id = decoder.EventId(body, length);
        if (decoder.IsFunction(id, length)) decoder.Tally.Calls++;
        else decoder.CountOther(id, length);
    }

    public readonly void Lost(long events) { }
}
