namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The byte order of the recorded machine, as a type argument: the decoder is compiled once for each byte order, without a branch
/// per event.
/// </summary>
internal unsafe interface IByteOrder
{
    static abstract ushort UInt16(byte* at);

    static abstract uint UInt32(byte* at);

    static abstract ulong UInt64(byte* at);

    /// <summary>
    /// The <c>type_len</c> bit field of a ring buffer event header. Big-endian machines lay out bit fields from the most
    /// significant bit.
    /// </summary>
    static abstract uint TypeLength(uint header);

    /// <summary>The <c>time_delta</c> bit field of a ring buffer event header: clock units since the previous event.</summary>
    static abstract uint TimeDelta(uint header);
}
