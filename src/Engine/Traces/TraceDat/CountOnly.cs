using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Counts the events of CPUs whose calls nobody wants.</summary>
internal unsafe struct CountOnly<TOrder>(CallDecoder<TOrder> decoder) : IRecordHandler where TOrder : struct, IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(ulong time, byte* body, int length)
    {
        var kind = decoder.Kind(body, length);
        if (decoder.IsFunction(kind, length)) decoder.Tally.Calls++;
        else decoder.Other(kind, length);
    }

    public readonly void Lost(long events) { }
}
